import type { FlowState } from './flow-state.ts';

/** How long each wait may last, in milliseconds. Steps that wait for the person alone have no end. */
export const FLOW_DEADLINES_MS = {
  bootstrap: 30_000,
  permission: 120_000,
  cameraBoot: 30_000,
  stream: 120_000,
  computation: 60_000,
  transferIssue: 30_000,
  joinedTransfer: 180_000,
} as const;

/** Times an expired transfer is renewed before the choice is shown again. */
export const MAX_TRANSFERS = 3;

/** Milliseconds until the state has to be left, or null where only the person can leave it. */
export function flowDeadlineMs(state: FlowState): number | null {
  if (state.isClosed) return null;
  switch (state.step) {
    case 'bootstrap':
      return FLOW_DEADLINES_MS.bootstrap;
    case 'camera-permission':
      return state.isAskingPermission ? FLOW_DEADLINES_MS.permission : null;
    case 'camera-stream-boot':
      return state.isAskingPermission ? FLOW_DEADLINES_MS.permission : FLOW_DEADLINES_MS.cameraBoot;
    case 'camera-biometric':
      return FLOW_DEADLINES_MS.stream;
    case 'server-computation':
      return FLOW_DEADLINES_MS.computation;
    case 'stm-qrcode':
      return transferDeadlineMs(state);
    default:
      return null;
  }
}

function transferDeadlineMs({ transfer }: FlowState): number {
  if (!transfer) return FLOW_DEADLINES_MS.transferIssue;
  return transfer.isJoined ? FLOW_DEADLINES_MS.joinedTransfer : transfer.expiresInSeconds * 1000;
}

/** Code of the error a wait ends with when nothing came. */
export function timeoutCode(state: FlowState): string {
  switch (state.step) {
    case 'bootstrap':
      return 'WEB_ASSEMBLY_IMPORT_FAILED';
    case 'camera-permission':
      return 'MEDIA_STREAM_ABORT';
    case 'camera-stream-boot':
      return state.isCameraRunning ? 'WEB_SOCKET_TIMEOUT' : 'MEDIA_STREAM_ABORT';
    case 'camera-biometric':
      return 'SESSION_MEDIA_STREAM_TIMEOUT';
    case 'stm-qrcode':
      return state.transfer ? 'SERVER_TIMEOUT' : 'WEB_SOCKET_TIMEOUT';
    default:
      return 'SERVER_TIMEOUT';
  }
}
