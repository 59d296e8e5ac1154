import { describe, expect, it } from 'vitest';
import {
  ALL_STEPS,
  bootstrapped,
  cameraStarted,
  detailOf,
  dispatched,
  failed,
  finished,
  mounted,
  plain,
  run,
  settingsWith,
  stateIn,
  streamBegan,
  streamStopped,
  success,
  toComputation,
  work,
} from '../../test/flow-runs.ts';
import { flowDeadlineMs } from './flow-deadline.ts';
import type { FlowEvent } from './flow-event.ts';
import { isNonCancelable, reduceFlow } from './flow-reducer.ts';
import { FLOW_STEPS } from './flow-state.ts';

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

  it('asks the browser in spite of an earlier refusal, and ends in an error if that stands', () => {
    const settings = settingsWith('camera-permission');
    const asked = run([mounted, bootstrapped({ permission: 'denied' })], settings);
    expect(asked.state).toMatchObject({ step: 'camera-stream-boot', isAskingPermission: true });
    const failure: FlowEvent = { type: 'camera-failed', code: 'MEDIA_STREAM_NOT_ALLOWED' };
    const refused = run([failure], settings, asked.state);
    expect(refused.state).toMatchObject({ step: 'error', failure: { code: 'MEDIA_STREAM_NOT_ALLOWED' } });
    expect(work(refused.effects)).toEqual(['dispose-attempt']);
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
    const hostile = run([{ type: 'flash-asked', colour: 'red; } * { display: none' }], plain, lit.state);
    expect(hostile.state.flashColour).toBeUndefined();
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
