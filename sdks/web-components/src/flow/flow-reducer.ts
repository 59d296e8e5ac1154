import { MAX_TRANSFERS, timeoutCode } from './flow-deadline.ts';
import type { Transition } from './flow-entries.ts';
import * as flow from './flow-entries.ts';
import type { ClientEvent, FilterReading, FlowEvent, LifecycleEvent, PersonEvent } from './flow-event.ts';
import type { CameraTip, FlowSettings, FlowState } from './flow-state.ts';

const { dispatch, stay } = flow;

/**
 * The whole flow of an element as a pure function: what happened, and what is to be done about it.
 * An event that the step doesn't expect changes nothing, nor does any but a retry once the element is closed.
 */
export function reduceFlow(state: FlowState, event: FlowEvent, settings: FlowSettings): Transition {
  const isRevived = event.type === 'mounted' || event.type === 'retried';
  if (state.isClosed && !isRevived) return stay(state);
  return (
    reduceLifecycle(state, event as LifecycleEvent) ??
    reducePerson(state, event as PersonEvent, settings) ??
    reduceCamera(state, event as ClientEvent, settings) ??
    reduceSession(state, event as ClientEvent) ??
    stay(state)
  );
}

/** True from the moment on at which the server decides: nothing can be taken back any more. */
export const isNonCancelable = (state: FlowState): boolean =>
  state.step === 'server-computation' && !state.isClosed;

function reduceLifecycle(state: FlowState, event: LifecycleEvent): Transition | undefined {
  if (event.type === 'mounted') {
    return flow.enterBootstrap({ ...state, joinToken: event.joinToken });
  }
  if (event.type !== 'timed-out') return undefined;
  const canRenew = state.step === 'stm-qrcode' && state.transfer && !state.transfer.isJoined;
  if (canRenew && state.transferCount < MAX_TRANSFERS) {
    const waiting = { ...state, transfer: undefined, transferCount: state.transferCount + 1 };
    return { state: waiting, effects: [{ type: 'request-transfer' }] };
  }
  return flow.fail(state, { code: timeoutCode(state), filters: [], lockoutExpiresAt: undefined });
}

function reducePerson(state: FlowState, event: PersonEvent, settings: FlowSettings): Transition | undefined {
  switch (event.type) {
    case 'here-chosen':
      return isChoosingDevice(state) ? chooseHere(state, settings) : stay(state);
    case 'phone-chosen':
      return choosePhone(state, settings);
    case 'instructions-read':
      return state.step === 'camera-instructions' ? flow.enterCamera(state, settings) : stay(state);
    case 'permission-asked':
      return askPermission(state);
    case 'camera-selected':
      return selectCamera(state, event.cameraId);
    case 'cancelled':
    case 'retried':
      return isNonCancelable(state) ? stay(state) : flow.enterBootstrap(state);
    case 'closed':
      return close(state);
    default:
      return reduceSwitch(state, event);
  }
}

/** Switches that only change what is painted. */
function reduceSwitch(state: FlowState, event: PersonEvent): Transition | undefined {
  switch (event.type) {
    case 'link-copied': {
      if (!state.transfer) return stay(state);
      return stay({ ...state, transfer: { ...state.transfer, isLinkCopied: true } });
    }
    case 'camera-select-toggled':
      return stay({ ...state, isCameraSelectOpen: !state.isCameraSelectOpen });
    case 'flash-toggled':
      return stay({ ...state, isFlashOn: !state.isFlashOn });
    default:
      return undefined;
  }
}

const isChoosingDevice = ({ step }: FlowState): boolean => step === 'stm-choice' || step === 'stm-qrcode';

/** Back to this device; without a camera so far, one is looked for again. */
function chooseHere(state: FlowState, settings: FlowSettings): Transition {
  if (state.cameras.length === 0) return flow.enterBootstrap(state);
  const entered = flow.enterInstructions(flow.nextAttempt(state), settings);
  return { state: entered.state, effects: [{ type: 'dispose-attempt' }, ...entered.effects] };
}

/** The code is shown from any step where the person may still choose, also after an error. */
function choosePhone(state: FlowState, settings: FlowSettings): Transition {
  const isUnderWay = state.step === 'server-computation' || state.step === 'done';
  const isRuledOut = settings.disabledSteps.has('stm-qrcode') || state.joinToken !== undefined;
  if (isUnderWay || isRuledOut || state.step === 'stm-qrcode') return stay(state);
  return flow.enterQrCode(state);
}

function askPermission(state: FlowState): Transition {
  if (state.step !== 'camera-permission' || state.isAskingPermission) return stay(state);
  if (state.permission === 'granted') return flow.enterCameraBoot(state);
  return {
    state: { ...state, isAskingPermission: true },
    effects: [{ type: 'start-camera', cameraId: state.cameraId }],
  };
}

/** Another camera means another attempt: frames of two cameras never mix in one session. */
function selectCamera(state: FlowState, cameraId: string): Transition {
  const isStreaming = state.step === 'camera-biometric' || state.step === 'camera-stream-boot';
  if (!isStreaming || !state.cameras.some(({ id }) => id === cameraId)) return stay(state);
  if (state.cameraId === cameraId) return stay({ ...state, isCameraSelectOpen: false });
  const booted = flow.enterCameraBoot({ ...flow.nextAttempt(state), cameraId });
  return { state: booted.state, effects: [{ type: 'dispose-attempt' }, ...booted.effects] };
}

const close = (state: FlowState): Transition => ({
  state: { ...flow.nextAttempt(state), isClosed: true },
  effects: [{ type: 'dispose-attempt' }, dispatch('close')],
});

function reduceCamera(state: FlowState, event: ClientEvent, settings: FlowSettings): Transition | undefined {
  switch (event.type) {
    case 'bootstrapped': {
      if (state.step !== 'bootstrap') return stay(state);
      const { permission, cameras, isHandheld } = event;
      return flow.enterAfterBootstrap({ ...state, permission, cameras, isHandheld }, settings);
    }
    case 'permission-changed':
      return changePermission(state, event.permission);
    case 'camera-started':
      return startStream(state, event);
    case 'camera-failed':
      return failCamera(state, event.code, settings);
    default:
      return undefined;
  }
}

function changePermission(state: FlowState, permission: FlowState['permission']): Transition {
  if (permission === state.permission) return stay(state);
  const changed = { ...state, permission };
  const isShown = state.step === 'camera-permission' && !state.isAskingPermission;
  return isShown ? flow.enterPermission(changed) : stay(changed);
}

function startStream(state: FlowState, event: ClientEvent & { type: 'camera-started' }): Transition {
  const isExpected = state.step === 'camera-permission' || state.step === 'camera-stream-boot';
  if (!isExpected || state.isCameraRunning) return stay(state);
  const running: FlowState = {
    ...state,
    step: 'camera-stream-boot',
    permission: 'granted',
    isAskingPermission: false,
    isCameraRunning: true,
    cameras: event.cameras.length > 0 ? event.cameras : state.cameras,
    cameraId: event.cameraId ?? state.cameraId,
  };
  const stepChange = dispatch('step-change', { step: 'camera-stream-boot' });
  const isNewStep = state.step !== 'camera-stream-boot';
  return {
    state: running,
    effects: [...(isNewStep ? [stepChange] : []), { type: 'connect', joinToken: state.joinToken }],
  };
}

const REFUSALS = new Set(['MEDIA_STREAM_NOT_ALLOWED', 'MEDIA_DEVICES_EMPTY_VIDEO_INPUT_LABEL']);

function failCamera(state: FlowState, code: string, settings: FlowSettings): Transition {
  if (state.step === 'error' || state.step === 'done') return stay(state);
  if (REFUSALS.has(code)) return flow.refuseCamera(state, code, settings);
  return flow.fail(state, { code, filters: [], lockoutExpiresAt: undefined });
}

function reduceSession(state: FlowState, event: ClientEvent): Transition | undefined {
  switch (event.type) {
    case 'connection-opened':
      return { state, effects: [dispatch('ws-open')] };
    case 'connection-closed':
      return { state, effects: [dispatch('ws-close')] };
    case 'stream-began':
      return beginStream(state);
    case 'stream-stopped':
      return isReceivingFrames(state) ? flow.enterComputation(state) : stay(state);
    case 'finished':
      return finish(state, event);
    case 'failed':
      return failSession(state, event);
    case 'transfer-issued':
    case 'transfer-joined':
      return reduceTransfer(state, event);
    default:
      return reduceFrames(state, event);
  }
}

const isReceivingFrames = ({ step, transfer }: FlowState): boolean =>
  step === 'camera-biometric' || (step === 'stm-qrcode' && transfer?.isJoined === true);

function beginStream(state: FlowState): Transition {
  if (state.step === 'stm-qrcode' && !state.transfer) {
    return { state, effects: [{ type: 'request-transfer' }] };
  }
  if (state.step !== 'camera-stream-boot' || !state.isCameraRunning) return stay(state);
  return {
    state: { ...state, step: 'camera-biometric', acceptedFrames: 0, tip: undefined },
    effects: [
      dispatch('begin-stream'),
      dispatch('step-change', { step: 'camera-biometric' }),
      dispatch('recognition-start'),
    ],
  };
}

function finish(state: FlowState, event: ClientEvent & { type: 'finished' }): Transition {
  if (state.step !== 'server-computation' && !isReceivingFrames(state)) return stay(state);
  const { success } = event;
  const done: FlowState = { ...flow.nextAttempt(state), step: 'done', success };
  const source = state.joinToken === undefined ? 'session' : 'transfer';
  return {
    state: done,
    effects: [
      { type: 'dispose-attempt' },
      dispatch('step-change', { step: 'done' }),
      dispatch('finished', { ...success, source }),
      dispatch('success', { ...success, source }),
    ],
  };
}

function failSession(state: FlowState, event: ClientEvent & { type: 'failed' }): Transition {
  if (state.step === 'error' || state.step === 'done') return stay(state);
  const { code, filters = [], lockoutExpiresAt } = event;
  return flow.fail(state, { code, filters, lockoutExpiresAt });
}

function reduceTransfer(
  state: FlowState,
  event: ClientEvent & { type: 'transfer-issued' | 'transfer-joined' },
): Transition {
  if (state.step !== 'stm-qrcode') return stay(state);
  if (event.type === 'transfer-issued') {
    const { token, expiresInSeconds } = event;
    return stay({ ...state, transfer: { token, expiresInSeconds, isJoined: false, isLinkCopied: false } });
  }
  return state.transfer ? stay({ ...state, transfer: { ...state.transfer, isJoined: true } }) : stay(state);
}

function reduceFrames(state: FlowState, event: ClientEvent): Transition | undefined {
  switch (event.type) {
    case 'quality-read': {
      const { type: _, ...detail } = event;
      const tip = tipOf('client', event.filters) ?? serverTip(state);
      const read = state.step === 'camera-biometric' ? { ...state, tip } : state;
      return { state: read, effects: [dispatch('video-frame-quality', detail)] };
    }
    case 'frame-judged': {
      const detail = { filters: event.filters, accepted: event.isAccepted };
      const tip = tipOf('server', event.filters);
      const acceptedFrames = state.acceptedFrames + (event.isAccepted ? 1 : 0);
      const judged = isReceivingFrames(state) ? { ...state, tip, acceptedFrames } : state;
      return { state: judged, effects: [dispatch('frame-results', detail)] };
    }
    case 'flash-asked':
      return stay({ ...state, flashColour: event.colour?.match(/^#[0-9a-f]{6}$/i)?.[0] });
    default:
      return undefined;
  }
}

/** A server's advice stays until the next verdict of the server; client filters can only put theirs before it. */
const serverTip = ({ tip }: FlowState): CameraTip | undefined => (tip?.source === 'server' ? tip : undefined);

function tipOf(source: CameraTip['source'], filters: readonly FilterReading[]): CameraTip | undefined {
  const first = filters.find(({ triggered }) => triggered);
  return first && { source, filter: first.name };
}
