import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type RecognitionScript,
  ScriptedRecognitionClient,
} from '../../test/gallery/scripted-recognition-client.ts';
import { FLOW_DEADLINES_MS } from './flow-deadline.ts';
import type { FlowHost } from './flow-runner.ts';
import { FlowRunner } from './flow-runner.ts';
import type { FlowState } from './flow-state.ts';

const video = { id: 'the video' } as unknown as HTMLVideoElement;

function start(script: RecognitionScript) {
  const client = new ScriptedRecognitionClient({ createVideo: () => video, ...script });
  const states: FlowState[] = [];
  const events: string[] = [];
  const host: FlowHost = {
    flow: 'enroll',
    recognitionClient: () => client,
    recognitionOptions: () => ({ customer: 'c' }) as never,
    webAssemblyOptions: () => ({
      pthreads: true,
      binaryURL: undefined,
      dataURL: undefined,
      scriptURL: undefined,
    }),
    flowSettings: () => ({ areInstructionsEnabled: false, disabledSteps: new Set() }),
    flowChanged: (state) => states.push(state),
    dispatchFlowEvent: (name) => events.push(name),
  };
  const runner = new FlowRunner(host);
  runner.start(undefined);
  return { client, runner, states, events };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('FlowRunner', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('runs a flow against the client and keeps its video until the end', async () => {
    const { client, runner, events } = start({ session: [{ type: 'stream-began' }] });
    await settle();
    expect(runner.state.step).toBe('camera-biometric');
    expect(runner.video).toBe(video);
    client.tell({ type: 'stream-stopped' });
    client.tell({ type: 'finished', success: { jwt: 'J', seedEntropy: undefined, keylessId: 'K' } });
    await settle();
    expect(runner.state.step).toBe('done');
    expect(runner.video).toBeUndefined();
    expect(client.calls).toEqual(['prepare threads', 'open enroll', 'camera default', 'connect', 'dispose']);
    expect(events.at(-1)).toBe('success');
  });

  it('drops reports of an attempt that is over', async () => {
    const { client, runner } = start({ session: [{ type: 'stream-began' }] });
    await settle();
    client.script = { ...client.script, surroundings: 'never' };
    client.tell({ type: 'failed', code: 'SERVER_TIMEOUT' });
    runner.send({ type: 'cancelled' });
    await settle();
    expect(runner.state.step).toBe('bootstrap');
    expect(client.openAttempts).toBe(0);
  });

  it('ends every wait, and counts the time of one wait once', async () => {
    const { client, runner } = start({ session: [{ type: 'stream-began' }] });
    await settle();
    await vi.advanceTimersByTimeAsync(FLOW_DEADLINES_MS.stream - 1_000);
    client.tell({ type: 'frame-judged', filters: [], isAccepted: true });
    await settle();
    expect(runner.state.step).toBe('camera-biometric');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runner.state.failure?.code).toBe('SESSION_MEDIA_STREAM_TIMEOUT');
    expect(client.openAttempts).toBe(0);
  });

  it('reports a failure to load, and tries again on demand', async () => {
    const { client, runner } = start({ surroundings: { code: 'WEB_ASSEMBLY_FACTORY_FAILED' } });
    await settle();
    expect(runner.state.failure?.code).toBe('WEB_ASSEMBLY_FACTORY_FAILED');
    client.script = { createVideo: () => video };
    runner.send({ type: 'retried' });
    await settle();
    expect(runner.state.step).toBe('camera-stream-boot');
  });

  it('is silent for good once it is disposed of', async () => {
    const { client, runner, states } = start({ session: [{ type: 'stream-began' }] });
    await settle();
    runner.dispose();
    runner.dispose();
    const count = states.length;
    client.tell({ type: 'stream-stopped' });
    client.changePermission('denied');
    await vi.advanceTimersByTimeAsync(500_000);
    expect(states).toHaveLength(count);
    expect(client.openAttempts).toBe(0);
    expect(client.calls.filter((call) => call === 'dispose' || call === 'unwatch')).toEqual([
      'unwatch',
      'dispose',
    ]);
  });
});
