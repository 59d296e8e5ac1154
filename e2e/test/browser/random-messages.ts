import { createHash } from 'node:crypto';
import { encodeFrameHeader } from '@openrecognize/contracts/ws';
import type { LiveClient, Picture, WebClient } from './live-client.ts';

export type RandomMessage = string | Uint8Array<ArrayBuffer>;

/** Bytes that look random and are the same in each run. */
const bytesOf = (seed: string, length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    createHash('shake256', { outputLength: Math.max(1, length) })
      .update(seed)
      .digest(),
  ).slice(0, length);

const KINDS: readonly ((seed: string, number: number) => RandomMessage)[] = [
  (seed, number) => bytesOf(seed, number % 3_000),
  (seed) => Buffer.from(bytesOf(seed, 80)).toString('latin1'),
  // Text of the right type and shape, but for its values.
  (seed, number) => {
    const type = ['hello', 'resume', 'join', 'request-transfer', 'frame-results'][number % 5];
    const word = Buffer.from(bytesOf(seed, 24)).toString('base64');
    const values = [word, number, null, [word], { name: word, id: word, wrapped: word }];
    const names = ['flow', 'customer', 'username', 'key', 'token', 'sessionId', 'version', 'encoding'];
    const fields = names.map((name, at) => [name, values[(number + at) % values.length]]);
    return JSON.stringify({ type, ...Object.fromEntries(fields), extra: word });
  },
  // A frame whose header is right; the rest is not.
  (seed, number) => {
    const header = {
      encoding: 'jpeg',
      flashStep: 0,
      sequence: 0,
      capturedAtMs: number,
      width: 640,
      height: 480,
    } as const;
    return Uint8Array.from([...encodeFrameHeader(header), ...bytesOf(seed, 500 + (number % 2_000))]);
  },
];

export const randomMessage = (seed: string, number: number): RandomMessage => {
  const make = KINDS[number % KINDS.length] as (typeof KINDS)[number];
  return make(`${seed} ${number}`, number);
};

/** A state of a session in which a message of a client can come, and how often it is tried. */
export interface MetState {
  readonly name: string;
  readonly count: number;
  /** Default 10. */
  readonly atOnce?: number;
  /** The verdict of a session may overtake the message. */
  readonly mayEnd?: boolean;
  reach(): Promise<WebClient>;
}

/** All states, from the open socket to the verdict, each reached with valid messages. */
export const statesToMeet = (
  client: LiveClient,
  username: string,
  pictures: readonly Picture[],
): readonly MetState[] => {
  const first = pictures[0] as Picture;
  const begun = async (): Promise<WebClient> => {
    const connection = await client.open(username);
    await connection.expect('begin-stream');
    return connection;
  };
  const offering = async () => {
    const connection = await begun();
    connection.send({ type: 'request-transfer' });
    return { connection, token: (await connection.expect('transfer')).token };
  };
  const joined = async () => {
    const { connection: watcher, token } = await offering();
    const camera = await client.connect();
    camera.join(token, client.newKey());
    await camera.expect('begin-stream');
    await watcher.expect('transfer-joined');
    return { watcher, camera };
  };
  return [
    { name: 'before the hello', count: 244, reach: () => client.connect() },
    { name: 'while the hello is checked', count: 50, reach: () => client.open(username) },
    { name: 'when a frame is awaited', count: 100, reach: begun },
    {
      name: 'when a frame is looked at',
      count: 20,
      reach: async () => {
        const connection = await begun();
        connection.frame(first);
        return connection;
      },
    },
    {
      name: 'between two frames',
      count: 20,
      reach: async () => {
        const connection = await begun();
        connection.frame(first);
        await connection.expect('frame-results');
        return connection;
      },
    },
    {
      name: 'after a resumption',
      count: 20,
      reach: async () => {
        const before = await begun();
        before.close(4999);
        await before.closed;
        const connection = await client.connect();
        connection.resume(before, client.newKey());
        await connection.expect('begin-stream');
        return connection;
      },
    },
    { name: 'while a transfer is offered', count: 20, reach: async () => (await offering()).connection },
    { name: 'on a device that joined', count: 10, reach: async () => (await joined()).camera },
    { name: 'on the device it joined', count: 10, reach: async () => (await joined()).watcher },
    {
      name: 'while the service decides',
      count: 6,
      atOnce: 2,
      mayEnd: true,
      reach: async () => {
        const connection = await begun();
        connection.frame(first);
        for (let step = 1, message = await connection.next(); message?.type !== 'stop-stream'; step++) {
          if (message?.type !== 'frame-results') throw new Error(`not decided: ${JSON.stringify(message)}`);
          // One that crosses `stop-stream` on its way is no fault.
          connection.frame(pictures[step % pictures.length] as Picture);
          message = await connection.next();
        }
        return connection;
      },
    },
  ];
};
