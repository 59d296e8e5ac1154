import { createPublicKey } from 'node:crypto';
import type { ServerMessage } from '@openrecognize/contracts/ws';
import { freshKey, type Picture, type SessionWish, WebClient } from '@openrecognize/testing';
import sharp from 'sharp';
import { type DemoFace, filmPortraits, inTheMiddle } from './scenes.ts';
import type { ServiceAddress } from './web-stack.ts';
import type { FilmFrame } from './y4m-film.ts';

export { freshKey, type Picture, type SessionWish, WebClient };

export interface LiveVerdict {
  readonly verdict: ServerMessage | undefined;
  readonly closeCode: number;
}

/** Frames as a camera's JPEG pictures. */
export const picturesOf = (film: readonly FilmFrame[]): Promise<Picture[]> =>
  Promise.all(
    film.map(async ({ width, height, rgb }) => ({
      encoding: 'jpeg' as const,
      width,
      height,
      bytes: Uint8Array.from(
        await sharp(rgb, { raw: { width, height, channels: 3 } })
          .jpeg({ quality: 90 })
          .toBuffer(),
      ),
    })),
  );

const portraits = new Map<DemoFace, Promise<Picture[]>>();

/** A person of the demo photos who moves; made once. */
export const portraitOf = (face: DemoFace): Promise<Picture[]> => {
  const pictures =
    portraits.get(face) ??
    filmPortraits({ faces: [{ face, at: inTheMiddle }], frames: 8 }).then((film) => picturesOf(film));
  portraits.set(face, pictures);
  return pictures;
};

/** Sessions with the live service without a browser, for what no honest page sends. */
export const createLiveClient = (address: ServiceAddress) => {
  const publicKey = createPublicKey({
    key: Buffer.from(address.key.value, 'base64'),
    format: 'der',
    type: 'spki',
  });
  const newKey = () => freshKey({ id: address.key.id, publicKey });
  const wish = (username: string, more: Partial<SessionWish> = {}): SessionWish => ({
    flow: 'auth',
    customer: address.customer,
    username,
    ...more,
  });
  const connect = (): Promise<WebClient> => WebClient.connect(address.ws.url);
  /** Connects and says hello. */
  const open = async (username: string, more: Partial<SessionWish> = {}): Promise<WebClient> => {
    const client = await connect();
    client.hello(wish(username, more), newKey());
    return client;
  };
  const end = async (client: WebClient): Promise<LiveVerdict> => {
    let verdict: ServerMessage | undefined;
    for (let message = await client.next(); message; message = await client.next()) {
      if (message.type === 'error' || message.type === 'finished') verdict = message;
    }
    return { verdict, closeCode: await client.closed };
  };
  /** A whole attempt with these pictures, again and again. */
  const attempt = async (
    username: string,
    pictures: readonly Picture[],
    more: Partial<SessionWish> = {},
  ): Promise<LiveVerdict> => {
    const client = await open(username, more);
    const verdict = await client.run((step) => pictures[step % pictures.length] as Picture);
    return { verdict, closeCode: await client.closed };
  };
  return { newKey, wish, connect, open, end, attempt };
};

export type LiveClient = ReturnType<typeof createLiveClient>;

/** The code an attempt failed with, or `finished`. */
export const outcomeOf = ({ verdict }: LiveVerdict): string | undefined =>
  verdict?.type === 'error' ? verdict.code : verdict?.type;
