import type { ElementEventName, FlowEffect, FlowTransition } from './flow-event.ts';
import type { FlowFailure, FlowSettings, FlowState, FlowStep } from './flow-state.ts';

/** How each step is entered: the state it begins with, its `step-change` event, and the work it starts. */

export type Transition = FlowTransition<FlowState>;

export const stay = (state: FlowState): Transition => ({ state, effects: [] });

export const dispatch = (name: ElementEventName, detail?: unknown): FlowEffect =>
  detail === undefined ? { type: 'dispatch', name } : { type: 'dispatch', name, detail };

const stepChange = (step: FlowStep, permission?: string): FlowEffect =>
  dispatch('step-change', permission === undefined ? { step } : { step, permission });

/** Work that belongs to one attempt, cleared whenever another one begins. */
const freshAttempt = {
  isAskingPermission: false,
  isCameraRunning: false,
  transfer: undefined,
  tip: undefined,
  acceptedFrames: 0,
  flashColour: undefined,
  isCameraSelectOpen: false,
  failure: undefined,
  success: undefined,
  isClosed: false,
} as const;

/** Ends the attempt under way: its late reports will carry an old generation. */
export const nextAttempt = (state: FlowState): FlowState => ({
  ...state,
  ...freshAttempt,
  generation: state.generation + 1,
});

const then = (first: readonly FlowEffect[], { state, effects }: Transition): Transition => ({
  state,
  effects: [...first, ...effects],
});

export function enterBootstrap(state: FlowState): Transition {
  const begun: FlowState = { ...nextAttempt(state), step: 'bootstrap', transferCount: 0 };
  return {
    state: begun,
    effects: [{ type: 'dispose-attempt' }, stepChange('bootstrap'), { type: 'bootstrap' }],
  };
}

/** First step after the bootstrap that needs the person: the choice only where this device has no camera. */
export function enterAfterBootstrap(state: FlowState, settings: FlowSettings): Transition {
  if (state.cameras.length > 0) return enterInstructions(state, settings);
  if (state.joinToken !== undefined || settings.disabledSteps.has('stm-choice')) {
    return fail(state, { code: 'MEDIA_DEVICES_NO_VIDEO_INPUTS', filters: [], lockoutExpiresAt: undefined });
  }
  return enterTransferChoice(state, settings);
}

export function enterTransferChoice(state: FlowState, settings: FlowSettings): Transition {
  const isSkipped = settings.disabledSteps.has('stm-choice');
  if (isSkipped) return state.cameras.length > 0 ? enterInstructions(state, settings) : enterQrCode(state);
  const chosen: FlowState = { ...nextAttempt(state), step: 'stm-choice', transferCount: 0 };
  return { state: chosen, effects: [{ type: 'dispose-attempt' }, stepChange('stm-choice')] };
}

/** Opens a session without a camera; its token is asked for as soon as the server is ready for frames. */
export function enterQrCode(state: FlowState): Transition {
  const waiting: FlowState = { ...nextAttempt(state), step: 'stm-qrcode', transferCount: 1 };
  return {
    state: waiting,
    effects: [
      { type: 'dispose-attempt' },
      stepChange('stm-qrcode'),
      { type: 'connect', joinToken: undefined },
    ],
  };
}

export function enterInstructions(state: FlowState, settings: FlowSettings): Transition {
  const areShown = settings.areInstructionsEnabled && !settings.disabledSteps.has('camera-instructions');
  if (!areShown) return enterCamera(state, settings);
  return { state: { ...state, step: 'camera-instructions' }, effects: [stepChange('camera-instructions')] };
}

/**
 * The permission gate. Where it is not to be shown the browser is asked at once, also after a refusal: what is known of
 * it may be out of date, and a browser that still refuses says so without asking.
 */
export function enterCamera(state: FlowState, settings: FlowSettings): Transition {
  if (state.permission === 'granted') return enterCameraBoot(state);
  if (!settings.disabledSteps.has('camera-permission')) return enterPermission(state);
  return enterCameraBoot({ ...state, isAskingPermission: true });
}

export function enterPermission(state: FlowState): Transition {
  return {
    state: { ...state, step: 'camera-permission', isAskingPermission: false },
    effects: [stepChange('camera-permission', state.permission)],
  };
}

export function enterCameraBoot(state: FlowState): Transition {
  return {
    state: { ...state, step: 'camera-stream-boot', isCameraRunning: false },
    effects: [stepChange('camera-stream-boot'), { type: 'start-camera', cameraId: state.cameraId }],
  };
}

export function enterComputation(state: FlowState): Transition {
  return {
    state: { ...state, step: 'server-computation', tip: undefined, flashColour: undefined },
    effects: [dispatch('stop-stream'), stepChange('server-computation'), dispatch('non-cancelable')],
  };
}

/** The one way into the error step. The attempt is disposed of, so nothing of it can follow. */
export function fail(state: FlowState, failure: FlowFailure): Transition {
  const failed: FlowState = { ...nextAttempt(state), step: 'error', failure };
  const effects: FlowEffect[] = [
    { type: 'dispose-attempt' },
    stepChange('error'),
    dispatch('error', failure),
  ];
  if (failure.code === 'SERVER_RECOGNITION_FAILED') effects.push(dispatch('recognition-failure', failure));
  return { state: failed, effects };
}

/** The camera was refused: no further question by itself, the person decides (so there is no permission loop). */
export function refuseCamera(state: FlowState, code: string, settings: FlowSettings): Transition {
  const denied: FlowState = { ...nextAttempt(state), permission: 'denied' };
  if (settings.disabledSteps.has('camera-permission')) {
    return fail(denied, { code, filters: [], lockoutExpiresAt: undefined });
  }
  const events = [dispatch('error', { code, isRecoverable: true }), dispatch('recoverable-error', { code })];
  return then([{ type: 'dispose-attempt' }, ...events], enterPermission(denied));
}
