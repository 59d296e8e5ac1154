import type { coreDaemonEndpoints } from '@openrecognize/contracts';

/** Requests a device makes. */
export type DeviceStep = keyof typeof coreDaemonEndpoints;

/** Sizes and ids of one exchange: what may be shown. Labels, payloads, blobs and keys are measured, not kept. */
export interface ExchangeFacts {
  readonly userId?: string;
  readonly deviceId?: string;
  readonly nextIndex?: number;
  readonly circuitIndex?: number;
  /** Circuits of a batch, and bytes of each. */
  readonly circuits?: number;
  readonly payloadBytes?: number;
  readonly labels?: number;
  readonly codeBits?: number;
  readonly threshold?: number;
  /** Sealed template, as sent at an enrollment or as released after a match. */
  readonly sealedBytes?: number;
  readonly transactionBytes?: number;
  readonly jwtBytes?: number;
  /** Circuits that a ticket of the answer allows to upload. */
  readonly refillCircuits?: number;
  /** Ready circuits, as the answer says. */
  readonly stock?: number;
  readonly remainingAttempts?: number;
  readonly lockoutRemainingSeconds?: number;
}

/** One request of the client party and what came back. */
export interface Exchange {
  readonly step: DeviceStep;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Wire code of a refusal. */
  readonly errorCode?: string;
  readonly durationMs: number;
  readonly facts: ExchangeFacts;
}

/** A call of the integrator's side to the operations-service. */
export interface OperationsCall {
  readonly operation: 'verify-jwt' | 'delete-user';
  readonly sentBytes: number;
  readonly isAccepted: boolean;
  readonly durationMs: number;
}

/** Everything the client party and the integrator did for one request of the page. */
export interface RequestTrace {
  readonly exchanges: Exchange[];
  readonly operations: OperationsCall[];
  /** Bytes of the picture; 0 without one. */
  imageBytes: number;
  /** Time in the face pipeline, milliseconds; 0 while it was not used. */
  pipelineMs: number;
  /** Length of the code it gave; 0 without one. */
  pipelineBits: number;
}

export const createRequestTrace = (imageBytes = 0): RequestTrace => ({
  exchanges: [],
  operations: [],
  imageBytes,
  pipelineMs: 0,
  pipelineBits: 0,
});
