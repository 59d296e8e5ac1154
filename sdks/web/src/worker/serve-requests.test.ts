import { beforeEach, describe, expect, it } from 'vitest';
import { serveRequests, type VisionModules } from './serve-requests.ts';
import type { NumberedAnswer, NumberedRequest, WorkerRequest } from './worker-protocol.ts';

/** A worker's scope whose messages a test gives and takes. */
function startWorker(modules: Partial<VisionModules>) {
  const answers: NumberedAnswer[] = [];
  let listen: (event: { readonly data: NumberedRequest }) => void = () => undefined;
  const scope = {
    addEventListener: (_type: 'message', listener: typeof listen) => {
      listen = listener;
    },
    postMessage: (answer: NumberedAnswer) => void answers.push(answer),
  };
  serveRequests(scope, async () => ({
    detect: () => [],
    encodeJpeg: () => new Uint8Array(),
    ...modules,
  }));
  return async (request: WorkerRequest): Promise<NumberedAnswer> => {
    listen({ data: { id: answers.length, request } });
    await new Promise((resolve) => setTimeout(resolve, 0));
    return answers[answers.length - 1];
  };
}

const START = { type: 'start', binary: new ArrayBuffer(0), data: new ArrayBuffer(0) } as const;
/** Two pixels: pure red and mid grey. */
const frame = () =>
  ({
    type: 'detect',
    source: 1,
    pixels: Uint8Array.of(255, 0, 0, 255, 128, 128, 128, 255).buffer,
    width: 2,
    height: 1,
  }) as const;

describe('the worker', () => {
  let ask: ReturnType<typeof startWorker>;
  beforeEach(() => {
    ask = startWorker({});
  });

  const bytesOf = (answer: NumberedAnswer): number[] =>
    'answer' in answer && 'bytes' in answer.answer ? [...new Uint8Array(answer.answer.bytes)] : [];

  it('encodes the frame it looked at last', async () => {
    await ask(START);
    await ask(frame());
    // BT.601: 0.299 of 255 is 76.
    expect(bytesOf(await ask({ type: 'encode', source: 1, encoding: 'luma', quality: 1 }))).toEqual([
      76, 128,
    ]);
    expect(bytesOf(await ask({ type: 'encode', source: 1, encoding: 'rgb', quality: 1 }))).toEqual([
      255, 0, 0, 128, 128, 128,
    ]);
  });

  it('overwrites the frame when it is told to forget, and has none then', async () => {
    await ask(START);
    const request = frame();
    await ask(request);
    await ask({ type: 'forget', source: 1 });
    expect([...new Uint8Array(request.pixels)]).toEqual(new Array(8).fill(0));
    expect(await ask({ type: 'encode', source: 1, encoding: 'rgb', quality: 1 })).toMatchObject({
      failure: 'exception',
    });
  });

  it('overwrites a frame when the next arrives', async () => {
    await ask(START);
    const request = frame();
    await ask(request);
    await ask(frame());
    expect(new Uint8Array(request.pixels).some((byte) => byte !== 0)).toBe(false);
  });

  it('keeps the frames of two attempts apart', async () => {
    await ask(START);
    await ask(frame());
    const other = { ...frame(), source: 2, pixels: new Uint8Array(8).fill(9).buffer };
    await ask(other);
    expect(bytesOf(await ask({ type: 'encode', source: 1, encoding: 'luma', quality: 1 }))).toEqual([
      76, 128,
    ]);
    expect(bytesOf(await ask({ type: 'encode', source: 2, encoding: 'luma', quality: 1 }))).toEqual([9, 9]);
  });

  it('tells a trap of the module from a refused request', async () => {
    const trapping = startWorker({
      detect: () => {
        throw new WebAssembly.RuntimeError('unreachable');
      },
    });
    await trapping(START);
    expect(await trapping(frame())).toMatchObject({ failure: 'aborted' });
    const refusing = startWorker({
      detect: () => {
        throw new Error('size');
      },
    });
    await refusing(START);
    expect(await refusing(frame())).toMatchObject({ failure: 'exception' });
  });

  it('refuses a frame before it was started', async () => {
    expect(await ask(frame())).toMatchObject({ failure: 'exception' });
  });
});
