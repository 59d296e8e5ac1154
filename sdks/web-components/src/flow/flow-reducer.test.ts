import { describe, expect, it } from 'vitest';
import { FLOW_DEADLINES_MS, flowDeadlineMs, MAX_TRANSFERS } from './flow-deadline.ts';
import type { ElementEventName, FlowEffect, FlowEvent } from './flow-event.ts';
import { isNonCancelable, reduceFlow } from './flow-reducer.ts';
import {
  FLOW_STEPS,
  type FlowSettings,
  type FlowState,
  type FlowStep,
  INITIAL_FLOW_STATE,
} from './flow-state.ts';

const camera = { id: 'front', label: 'Front' };
const desk = { id: 'desk', label: 'Desk' };
const settingsWith = (...disabled: string[]): FlowSettings => ({
  areInstructionsEnabled: false,
  disabledSteps: new Set(disabled),
});
const plain = settingsWith();

const mounted: FlowEvent = { type: 'mounted' };
const bootstrapped = (over: Partial<FlowEvent & { type: 'bootstrapped' }> = {}): FlowEvent => ({
  type: 'bootstrapped',
  permission: 'granted',
  cameras: [camera, desk],
  isHandheld: false,
  ...over,
});
const cameraStarted: FlowEvent = { type: 'camera-started', cameras: [camera, desk], cameraId: 'front' };
const streamBegan: FlowEvent = { type: 'stream-began' };
const streamStopped: FlowEvent = { type: 'stream-stopped' };
const issued: FlowEvent = { type: 'transfer-issued', token: 'T', expiresInSeconds: 90 };
const success = { jwt: 'J', seedEntropy: 'S', keylessId: 'K' };
const finished: FlowEvent = { type: 'finished', success };
const failed = (code: string): FlowEvent => ({ type: 'failed', code });

interface Run {
  readonly state: FlowState;
  readonly effects: readonly FlowEffect[];
  /** Effects of the last event alone. */
  readonly last: readonly FlowEffect[];
}

function run(events: readonly FlowEvent[], settings = plain, from: FlowState = INITIAL_FLOW_STATE): Run {
  let state = from;
  const effects: FlowEffect[] = [];
  let last: readonly FlowEffect[] = [];
  for (const event of events) {
    const next = reduceFlow(state, event, settings);
    state = next.state;
    last = next.effects;
    effects.push(...last);
  }
  return { state, effects, last };
}

const work = (effects: readonly FlowEffect[]) =>
  effects.filter(({ type }) => type !== 'dispatch').map(({ type }) => type);
const dispatched = (effects: readonly FlowEffect[]): ElementEventName[] =>
  effects.flatMap((effect) => (effect.type === 'dispatch' ? [effect.name] : []));
const detailOf = (effects: readonly FlowEffect[], name: ElementEventName) =>
  effects.flatMap((effect) => (effect.type === 'dispatch' && effect.name === name ? [effect.detail] : []))[0];

const toBiometric = [mounted, bootstrapped(), cameraStarted, streamBegan];
const toComputation = [...toBiometric, streamStopped];
const toQrCode = [mounted, bootstrapped({ cameras: [] }), { type: 'phone-chosen' } as const];
const PATHS: Readonly<Record<Exclude<FlowStep, 'microphone-permission'>, readonly FlowEvent[]>> = {
  bootstrap: [mounted],
  'stm-choice': [mounted, bootstrapped({ cameras: [] })],
  'stm-qrcode': [...toQrCode, streamBegan, issued],
  'camera-instructions': [mounted, bootstrapped()],
  'camera-permission': [mounted, bootstrapped({ permission: 'prompt' })],
  'camera-stream-boot': [mounted, bootstrapped()],
  'camera-biometric': toBiometric,
  'server-computation': toComputation,
  done: [...toComputation, finished],
  error: [mounted, failed('SERVER_TIMEOUT')],
};
const stateIn = (step: keyof typeof PATHS): FlowState => {
  const settings = { ...plain, areInstructionsEnabled: step === 'camera-instructions' };
  const { state } = run(PATHS[step], settings);
  expect(state.step).toBe(step);
  return state;
};
const ALL_STEPS = Object.keys(PATHS) as (keyof typeof PATHS)[];

describe('the whole flow', () => {
  it('passes every step of a successful authentication in its order', () => {
    const settings = { ...plain, areInstructionsEnabled: true };
    const { state, effects } = run(
      [
        mounted,
        bootstrapped({ permission: 'prompt' }),
        { type: 'instructions-read' },
        { type: 'permission-asked' },
        cameraStarted,
        streamBegan,
        streamStopped,
        finished,
      ],
      settings,
    );
    const steps = effects.flatMap((effect) =>
      effect.type === 'dispatch' && effect.name === 'step-change'
        ? [(effect.detail as { step: string }).step]
        : [],
    );
    expect(steps).toEqual([
      'bootstrap',
      'camera-instructions',
      'camera-permission',
      'camera-stream-boot',
      'camera-biometric',
      'server-computation',
      'done',
    ]);
    expect(steps).toEqual(FLOW_STEPS.filter((step) => steps.includes(step)));
    expect(state.success).toEqual(success);
    expect(work(effects)).toEqual([
      'dispose-attempt',
      'bootstrap',
      'start-camera',
      'connect',
      'dispose-attempt',
    ]);
  });

  it('dispatches the events of a page in the order of the protocol', () => {
    const { effects } = run([...toComputation, finished]);
    expect(dispatched(effects).filter((name) => name !== 'step-change')).toEqual([
      'begin-stream',
      'recognition-start',
      'stop-stream',
      'non-cancelable',
      'finished',
      'success',
    ]);
    expect(detailOf(effects, 'success')).toEqual({ ...success, source: 'session' });
  });
});

describe('disabled steps', () => {
  it('skips instructions and the permission question, so that the browser alone asks', () => {
    const settings = {
      areInstructionsEnabled: true,
      disabledSteps: new Set(['camera-instructions', 'camera-permission']),
    };
    const { state, effects } = run([mounted, bootstrapped({ permission: 'prompt' })], settings);
    expect(state).toMatchObject({ step: 'camera-stream-boot', isAskingPermission: true });
    expect(work(effects)).toContain('start-camera');
  });

  it('ends in an error where the refused camera can no more be asked for', () => {
    const settings = settingsWith('camera-permission');
    const { state } = run([mounted, bootstrapped({ permission: 'denied' })], settings);
    expect(state.failure?.code).toBe('MEDIA_STREAM_NOT_ALLOWED');
    const refused = run(
      [mounted, bootstrapped(), { type: 'camera-failed', code: 'MEDIA_STREAM_NOT_ALLOWED' }],
      settings,
    );
    expect(refused.state.step).toBe('error');
  });

  it('reports a missing camera where no phone is offered', () => {
    const { state } = run([mounted, bootstrapped({ cameras: [] })], settingsWith('stm-choice'));
    expect(state.failure?.code).toBe('MEDIA_DEVICES_NO_VIDEO_INPUTS');
    const offered = run([mounted, bootstrapped(), { type: 'phone-chosen' }], settingsWith('stm-qrcode'));
    expect(offered.state.step).toBe('camera-stream-boot');
  });
});

describe('the camera', () => {
  it('is asked for once per click and never by itself after a refusal', () => {
    const denied = run([
      mounted,
      bootstrapped({ permission: 'prompt' }),
      { type: 'permission-asked' },
      { type: 'permission-asked' },
      { type: 'camera-failed', code: 'MEDIA_STREAM_NOT_ALLOWED' },
    ]);
    expect(denied.state).toMatchObject({
      step: 'camera-permission',
      permission: 'denied',
      isAskingPermission: false,
    });
    expect(work(denied.effects).filter((type) => type === 'start-camera')).toHaveLength(1);
    expect(detailOf(denied.last, 'error')).toEqual({ code: 'MEDIA_STREAM_NOT_ALLOWED', isRecoverable: true });
    const again = reduceFlow(denied.state, { type: 'permission-asked' }, plain);
    expect(work(again.effects)).toEqual(['start-camera']);
  });

  it('shows that the person allowed it in the browser, and waits for the next click', () => {
    const denied = run([mounted, bootstrapped({ permission: 'denied' })]).state;
    const granted = reduceFlow(denied, { type: 'permission-changed', permission: 'granted' }, plain);
    expect(granted.state).toMatchObject({ step: 'camera-permission', permission: 'granted' });
    expect(detailOf(granted.effects, 'step-change')).toEqual({
      step: 'camera-permission',
      permission: 'granted',
    });
    const on = reduceFlow(granted.state, { type: 'permission-asked' }, plain);
    expect(on.state.step).toBe('camera-stream-boot');
    expect(work(on.effects)).toEqual(['start-camera']);
  });

  it('keeps a change of the permission in mind where nothing of it is on the screen', () => {
    const { state, effects } = reduceFlow(
      stateIn('camera-biometric'),
      { type: 'permission-changed', permission: 'denied' },
      plain,
    );
    expect(state).toMatchObject({ step: 'camera-biometric', permission: 'denied' });
    expect(effects).toEqual([]);
    expect(reduceFlow(state, { type: 'permission-changed', permission: 'denied' }, plain).state).toBe(state);
  });

  it('connects only once it runs, and counts as granted from then on', () => {
    const { state, last } = run([
      mounted,
      bootstrapped({ permission: 'prompt' }),
      { type: 'permission-asked' },
      cameraStarted,
    ]);
    expect(state).toMatchObject({ step: 'camera-stream-boot', permission: 'granted', isCameraRunning: true });
    expect(work(last)).toEqual(['connect']);
    expect(reduceFlow(state, cameraStarted, plain).effects).toEqual([]);
  });

  it('passes any other failure on as an error', () => {
    const { state } = run([
      mounted,
      bootstrapped(),
      { type: 'camera-failed', code: 'MEDIA_STREAM_NOT_READABLE' },
    ]);
    expect(state).toMatchObject({ step: 'error', failure: { code: 'MEDIA_STREAM_NOT_READABLE' } });
  });

  it('is changed by a new attempt, so that frames of two cameras never meet', () => {
    const before = { ...stateIn('camera-biometric'), isCameraSelectOpen: true };
    const other = reduceFlow(before, { type: 'camera-selected', cameraId: 'desk' }, plain);
    expect(other.state).toMatchObject({
      step: 'camera-stream-boot',
      cameraId: 'desk',
      isCameraSelectOpen: false,
    });
    expect(other.state.generation).toBe(before.generation + 1);
    expect(other.effects).toContainEqual({ type: 'start-camera', cameraId: 'desk' });
    const same = reduceFlow(before, { type: 'camera-selected', cameraId: 'front' }, plain);
    expect(same.state).toEqual({ ...before, isCameraSelectOpen: false });
    expect(reduceFlow(before, { type: 'camera-selected', cameraId: 'none' }, plain).state).toBe(before);
  });
});

describe('frames', () => {
  const triggered = (name: string) => ({ name, triggered: true, value: 0, threshold: 1 });
  const fine = (name: string) => ({ name, triggered: false, value: 1, threshold: 1 });

  it('show the first filter that was triggered, and pass all filters on', () => {
    const filters = [fine('FaceAbsent'), triggered('FaceTooSmall'), triggered('FaceOffCenter')];
    const { state, effects } = reduceFlow(
      stateIn('camera-biometric'),
      { type: 'quality-read', filters },
      plain,
    );
    expect(state.tip).toEqual({ source: 'client', filter: 'FaceTooSmall' });
    expect(detailOf(effects, 'video-frame-quality')).toEqual({ filters });
  });

  it('count when the server accepts them, and keep its advice until its next verdict', () => {
    const refused: FlowEvent = {
      type: 'frame-judged',
      filters: [triggered('eyes_closed')],
      isAccepted: false,
    };
    const good: FlowEvent = { type: 'quality-read', filters: [fine('FaceAbsent')] };
    const start = stateIn('camera-biometric');
    const advised = run([refused, good], plain, start).state;
    expect(advised).toMatchObject({ acceptedFrames: 0, tip: { source: 'server', filter: 'eyes_closed' } });
    const accepted = run([{ type: 'frame-judged', filters: [], isAccepted: true }], plain, advised);
    expect(accepted.state).toMatchObject({ acceptedFrames: 1, tip: undefined });
    expect(detailOf(accepted.effects, 'frame-results')).toEqual({ filters: [], accepted: true });
  });

  it('paint the colour that the server asked for, and the light that the person switched on', () => {
    const lit = run(
      [{ type: 'flash-asked', colour: '#0040ff' }, { type: 'flash-toggled' }],
      plain,
      stateIn('camera-biometric'),
    );
    expect(lit.state).toMatchObject({ flashColour: '#0040ff', isFlashOn: true });
    expect(run([streamStopped], plain, lit.state).state.flashColour).toBeUndefined();
  });

  it('change no step when they arrive late', () => {
    const done = stateIn('done');
    for (const event of [streamBegan, streamStopped, finished, failed('SERVER_TIMEOUT'), cameraStarted]) {
      expect(reduceFlow(done, event, plain)).toEqual({ state: done, effects: [] });
    }
  });
});

describe('errors', () => {
  it('carry the code, the filters and the end of a suspension, from every step that waits', () => {
    const lockoutExpiresAt = new Date(0);
    const waiting = ALL_STEPS.filter((step) => step !== 'done' && step !== 'error');
    for (const step of waiting) {
      const event: FlowEvent = {
        type: 'failed',
        code: 'SERVER_USER_LOCKED_OUT',
        filters: ['a'],
        lockoutExpiresAt,
      };
      const { state, effects } = reduceFlow(stateIn(step), event, plain);
      expect(state.step, step).toBe('error');
      expect(state.failure).toEqual({ code: 'SERVER_USER_LOCKED_OUT', filters: ['a'], lockoutExpiresAt });
      expect(work(effects)).toEqual(['dispose-attempt']);
      expect(dispatched(effects)).toEqual(['step-change', 'error']);
    }
  });

  it('are dispatched under the newer name as well when recognition failed', () => {
    const { last } = run([...toComputation, failed('SERVER_RECOGNITION_FAILED')]);
    expect(dispatched(last)).toEqual(['step-change', 'error', 'recognition-failure']);
  });
});

describe('cancel, retry and close', () => {
  it('cancel and retry begin the whole flow again, from every step but the decision of the server', () => {
    for (const step of ALL_STEPS) {
      const before = stateIn(step);
      for (const type of ['cancelled', 'retried'] as const) {
        const { state, effects } = reduceFlow(before, { type }, plain);
        if (step === 'server-computation') {
          expect(isNonCancelable(before)).toBe(true);
          expect(state).toBe(before);
        } else {
          expect(state).toMatchObject({
            step: 'bootstrap',
            failure: undefined,
            generation: before.generation + 1,
          });
          expect(work(effects)).toEqual(['dispose-attempt', 'bootstrap']);
        }
      }
    }
  });

  it('close ends everything and lets nothing wait', () => {
    for (const step of ALL_STEPS) {
      const { state, effects } = reduceFlow(stateIn(step), { type: 'closed' }, plain);
      expect(state.isClosed).toBe(true);
      expect(flowDeadlineMs(state)).toBeNull();
      expect(effects).toEqual([{ type: 'dispose-attempt' }, { type: 'dispatch', name: 'close' }]);
      expect(reduceFlow(state, { type: 'retried' }, plain).state.isClosed).toBe(false);
    }
  });
});

describe('switch to mobile', () => {
  it('asks for a token once the server is ready, shows it, and follows the phone to the result', () => {
    const shown = run([...toQrCode, streamBegan, issued]);
    expect(work(shown.effects).slice(-3)).toEqual(['dispose-attempt', 'connect', 'request-transfer']);
    expect(shown.state.transfer).toMatchObject({ token: 'T', isJoined: false });
    expect(run([streamStopped], plain, shown.state).state.step).toBe('stm-qrcode');
    const joined = run([{ type: 'link-copied' }, { type: 'transfer-joined' }], plain, shown.state).state;
    expect(joined.transfer).toMatchObject({ isJoined: true, isLinkCopied: true });
    expect(run([streamStopped, finished], plain, joined).state.step).toBe('done');
  });

  it('renews an expired token a few times, then says that nobody came', () => {
    let state = stateIn('stm-qrcode');
    expect(flowDeadlineMs(state)).toBe(90_000);
    for (let renewal = 1; renewal < MAX_TRANSFERS; renewal += 1) {
      const renewed = run([{ type: 'timed-out' }], plain, state);
      expect(work(renewed.effects)).toEqual(['request-transfer']);
      state = run([issued], plain, renewed.state).state;
    }
    expect(run([{ type: 'timed-out' }], plain, state).state.failure?.code).toBe('SERVER_TIMEOUT');
  });

  it('goes back to this device, and looks for a camera again where there was none', () => {
    expect(run([{ type: 'here-chosen' }], plain, stateIn('stm-qrcode')).state.step).toBe('bootstrap');
    const withCamera = run([mounted, bootstrapped(), { type: 'phone-chosen' }]).state;
    expect(withCamera.step).toBe('stm-qrcode');
    const back = run([{ type: 'here-chosen' }], plain, withCamera);
    expect(back.state.step).toBe('camera-stream-boot');
    expect(work(back.effects)[0]).toBe('dispose-attempt');
    expect(run([{ type: 'here-chosen' }], plain, stateIn('done')).state.step).toBe('done');
  });

  it('joins with the token of the address on the phone, and offers no further phone there', () => {
    const joinMount: FlowEvent = { type: 'mounted', joinToken: 'T' };
    const phone = run([joinMount, bootstrapped(), cameraStarted]);
    expect(phone.last).toContainEqual({ type: 'connect', joinToken: 'T' });
    expect(run([{ type: 'phone-chosen' }], plain, phone.state).state.step).toBe('camera-stream-boot');
    const over = run([streamBegan, streamStopped, finished], plain, phone.state);
    expect(detailOf(over.effects, 'success')).toMatchObject({ source: 'transfer' });
    expect(run([joinMount, bootstrapped({ cameras: [] })]).state.failure?.code).toBe(
      'MEDIA_DEVICES_NO_VIDEO_INPUTS',
    );
  });
});

describe('waits', () => {
  it('have an end in every step but those that wait for the person alone', () => {
    const endless = ALL_STEPS.filter((step) => flowDeadlineMs(stateIn(step)) === null);
    expect(endless).toEqual(['stm-choice', 'camera-instructions', 'camera-permission', 'done', 'error']);
    const asking = run([{ type: 'permission-asked' }], plain, stateIn('camera-permission')).state;
    expect(flowDeadlineMs(asking)).toBe(FLOW_DEADLINES_MS.permission);
  });

  it('end in the code of what did not come', () => {
    const codeAfter = (state: FlowState) => run([{ type: 'timed-out' }], plain, state).state.failure?.code;
    expect(codeAfter(stateIn('bootstrap'))).toBe('WEB_ASSEMBLY_IMPORT_FAILED');
    expect(codeAfter(run([{ type: 'permission-asked' }], plain, stateIn('camera-permission')).state)).toBe(
      'MEDIA_STREAM_ABORT',
    );
    expect(codeAfter(stateIn('camera-stream-boot'))).toBe('MEDIA_STREAM_ABORT');
    expect(codeAfter(run([cameraStarted], plain, stateIn('camera-stream-boot')).state)).toBe(
      'WEB_SOCKET_TIMEOUT',
    );
    expect(codeAfter(stateIn('camera-biometric'))).toBe('SESSION_MEDIA_STREAM_TIMEOUT');
    expect(codeAfter(stateIn('server-computation'))).toBe('SERVER_TIMEOUT');
    expect(codeAfter(run(toQrCode).state)).toBe('WEB_SOCKET_TIMEOUT');
  });
});

describe('an event the step does not expect', () => {
  it('changes no step', () => {
    const strays: FlowEvent[] = [
      bootstrapped(),
      streamBegan,
      streamStopped,
      finished,
      issued,
      { type: 'transfer-joined' },
    ];
    const expected: Readonly<Record<string, readonly string[]>> = {
      bootstrap: ['bootstrapped'],
      'camera-biometric': ['stream-stopped', 'finished'],
      'server-computation': ['finished'],
    };
    for (const step of ALL_STEPS) {
      for (const event of strays) {
        if (expected[step]?.includes(event.type)) continue;
        expect(reduceFlow(stateIn(step), event, plain).state.step, `${event.type} in ${step}`).toBe(step);
      }
    }
  });
});
