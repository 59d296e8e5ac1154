import { describe, expect, it } from 'vitest';
import {
  ALL_STEPS,
  bootstrapped,
  cameraStarted,
  detailOf,
  finished,
  issued,
  mounted,
  plain,
  run,
  stateIn,
  streamBegan,
  streamStopped,
  toQrCode,
  work,
} from '../../test/flow-runs.ts';
import { FLOW_DEADLINES_MS, flowDeadlineMs, MAX_TRANSFERS } from './flow-deadline.ts';
import type { FlowEvent } from './flow-event.ts';
import { reduceFlow } from './flow-reducer.ts';
import type { FlowState } from './flow-state.ts';

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
