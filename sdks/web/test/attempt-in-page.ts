import type { Page } from 'playwright-core';
import type { KeylessOptions } from '../src/index.ts';
import type { FakeSessionServer } from './fake-session-server.ts';
import type { SdkWindow } from './sdk-page.ts';

/** What an attempt told its listeners, in order, in a form that crosses from the page. */
export interface RecordedEvent {
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface AttemptRun {
  /** What `openKeylessWebSocketConnection` resolved to: a code, or null. */
  readonly opened: string | null;
  readonly events: readonly RecordedEvent[];
}

export interface AttemptSettings {
  readonly flow?: 'auth' | 'enroll';
  readonly options: KeylessOptions;
  /** Default: the module beside the entry, and the camera. */
  readonly withoutModule?: boolean;
  readonly withoutCamera?: boolean;
  /** Ends after this event; default `finished`, `error` or `ws-error`. */
  readonly until?: string;
  /** Draws the camera's picture on a canvas instead: zoom, and shift in shares of its size. */
  readonly drawn?: { readonly zoom: number; readonly shiftX: number; readonly copies: number };
  /** Colour of the body as the flash asks for it. */
  readonly paintFlash?: boolean;
}

export const optionsFor = (server: FakeSessionServer, username: string): KeylessOptions => ({
  customer: { name: 'acme' },
  username,
  key: server.key,
  ws: { url: server.socketUrl },
});

/** Runs one attempt in the page from beginning to end. */
export function runAttempt(page: Page, settings: AttemptSettings): Promise<AttemptRun> {
  return page.evaluate(async ({ flow = 'auth', options, until, drawn, ...rest }: AttemptSettings) => {
    const { sdk } = globalThis as unknown as SdkWindow;
    const attempt = flow === 'auth' ? sdk.createKeylessAuth() : sdk.createKeylessEnroll();
    const events: { name: string; event: Record<string, unknown> }[] = [];
    const ends = until === undefined ? ['finished', 'error', 'ws-error'] : [until];
    let isOver: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      isOver = resolve;
    });
    const names = [
      'begin-stream',
      'frame-results',
      'video-frame-quality',
      'stop-stream',
      'finished',
      'error',
      'ws-error',
      'ws-open',
      'ws-close',
      'flash',
      'transfer-joined',
    ] as const;
    for (const name of names) {
      sdk.addKeylessEventListener(attempt, name, (event) => {
        const isFailure = event instanceof Error;
        events.push({ name, event: isFailure ? { ...event, message: event.message } : { ...event } });
        if (name === 'flash' && rest.paintFlash === true) {
          document.body.style.background = sdk.getKeylessFlashColour(attempt)?.colour ?? '';
        }
        if (ends.includes(name)) {
          isOver();
        }
      });
    }
    const drawnStream = async (): Promise<MediaStream> => {
      const { zoom, shiftX, copies } = drawn ?? { zoom: 1, shiftX: 0, copies: 1 };
      const image = new Image();
      image.src = '/face.jpg';
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 480;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const draw = () => {
        context.fillStyle = '#777';
        context.fillRect(0, 0, 640, 480);
        for (let copy = 0; copy < copies; copy += 1) {
          const middle = 320 + shiftX * 640 + (copy - (copies - 1) / 2) * 320;
          // The face of the picture is a little below its middle.
          context.drawImage(image, middle - 320 * zoom, 240 - 256 * zoom, 640 * zoom, 480 * zoom);
        }
      };
      draw();
      setInterval(draw, 50);
      return canvas.captureStream(20);
    };
    if (rest.withoutModule !== true) {
      const failure = await sdk.importKeylessWebAssemblyModule();
      if (failure !== undefined) {
        return { opened: failure.message, events };
      }
    }
    if (rest.withoutCamera !== true) {
      const stream = await sdk.createKeylessVideoStream(attempt, drawn && (await drawnStream()));
      const video = await sdk.createKeylessVideoElement(attempt);
      if (stream instanceof Error || video instanceof Error) {
        return { opened: `${stream} ${video}`, events };
      }
      document.body.append(video);
    }
    const failure = await sdk.openKeylessWebSocketConnection(attempt, options);
    await over;
    // `ws-close` comes after the last message.
    await new Promise((resolve) => setTimeout(resolve, 100));
    sdk.deleteKeylessAuth(attempt);
    return { opened: failure?.message ?? null, events };
  }, settings);
}

/** Names of the events in order, repetitions as one. */
export function courseOf({ events }: AttemptRun): string[] {
  return events.map(({ name }) => name).filter((name, i, all) => name !== all[i - 1]);
}
