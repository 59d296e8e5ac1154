import { base64ToBytes } from '@openrecognize/bytes';
import type {
  BeginEnrollmentRequest,
  BeginFurtherDeviceRequest,
  RemoveDeviceRequest,
} from '@openrecognize/contracts';
import {
  addDeviceSigningInput,
  type DeviceChange,
  deriveDeviceId,
  removeDeviceSigningInput,
} from '@openrecognize/zkb/messages';
import { nodeCryptoSuite as suite } from '@openrecognize/zkb/node';
import { checkRefillTicket, ProtocolError } from '@openrecognize/zkb/server';
import { refuse } from './fake-endpoint.ts';

/** What the changes need of the daemon. */
export interface DeviceChangeHost {
  readonly ticketKey: Uint8Array;
  readonly now: () => number;
  checkSignature(publicSigningKey: string, input: Uint8Array, signature: string): void;
  /** Refuses a user or device that does not count. */
  requireDevice(userId: string, deviceId: string): unknown;
  begin(request: BeginEnrollmentRequest, userId: string): unknown;
  remove(deviceId: string): void;
}

interface Answering {
  readonly userId: string;
  readonly deviceId: string;
  readonly publicSigningKey: string;
  readonly ticket: string;
  readonly signature: string;
}

/** Devices that come and go by the word of a device that matched (spec 08 DS-9). */
export const createDeviceChanges = (host: DeviceChangeHost) => {
  const checkAnswering = (
    answering: Answering,
    inputOf: typeof addDeviceSigningInput,
    change: Pick<DeviceChange, 'otherPublicSigningKey'>,
    request: { readonly timestampMs: number; readonly requestNonce: string },
  ): void => {
    const { userId, deviceId, publicSigningKey, ticket, signature } = answering;
    if (deriveDeviceId(suite, base64ToBytes(publicSigningKey)) !== deviceId) refuse('SIGNATURE_INVALID');
    const freshness = { timestampMs: request.timestampMs, requestNonce: base64ToBytes(request.requestNonce) };
    const input = inputOf(suite, { userId, deviceId, ticket, ...change }, freshness);
    host.checkSignature(publicSigningKey, input, signature);
    host.requireDevice(userId, deviceId);
    try {
      const use = { userId, deviceId, circuitIndices: [], nowMs: host.now() };
      checkRefillTicket(suite, host.ticketKey, ticket, use);
    } catch (error) {
      if (error instanceof ProtocolError) refuse('TICKET_INVALID');
      throw error;
    }
  };

  return {
    add: ({ member, ...request }: BeginFurtherDeviceRequest) => {
      const otherPublicSigningKey = base64ToBytes(request.publicSigningKey);
      checkAnswering(member, addDeviceSigningInput, { otherPublicSigningKey }, request);
      return host.begin(request, member.userId);
    },
    remove: (request: RemoveDeviceRequest) => {
      const otherPublicSigningKey = base64ToBytes(request.removedPublicSigningKey);
      checkAnswering(request, removeDeviceSigningInput, { otherPublicSigningKey }, request);
      const removed = deriveDeviceId(suite, otherPublicSigningKey);
      host.requireDevice(request.userId, removed);
      host.remove(removed);
      return undefined;
    },
  };
};
