import { type Static, Type } from 'typebox';
import { BeginEnrollmentRequest, beginEnrollment } from './core-daemon.ts';
import { defineEndpoint } from './endpoint.ts';
import { DeviceId, DeviceSignature, PublicSigningKey, RequestNonce, TimestampMs, UserId } from './fields.ts';

const strict = { additionalProperties: false } as const;
const Ticket = Type.String({ minLength: 1, maxLength: 512 });

/** The device that answers for a change: it just matched (its ticket says so) and signs what is to happen. */
const answeringDevice = {
  userId: UserId,
  deviceId: DeviceId,
  publicSigningKey: PublicSigningKey,
  ticket: Ticket,
};

/** A first message of an enrollment, and the device of the same user that vouches for it. */
export const BeginFurtherDeviceRequest = Type.Object(
  {
    ...BeginEnrollmentRequest.properties,
    /** `signature`: over the tuple `add-device` (spec 08), with the time and nonce of the request. */
    member: Type.Object({ ...answeringDevice, signature: DeviceSignature }, strict),
  },
  strict,
);
export type BeginFurtherDeviceRequest = Static<typeof BeginFurtherDeviceRequest>;

/** spec 08: circuits and commit follow as in any enrollment. */
export const beginFurtherDevice = defineEndpoint({
  method: 'POST',
  path: '/v1/further-devices',
  summary: 'Registers a further device of a user who just matched; it does not count until its commit',
  auth: 'mobile-key',
  idempotent: true,
  body: BeginFurtherDeviceRequest,
  status: 201,
  response: beginEnrollment.response,
  errors: [
    'SIGNATURE_INVALID',
    'TICKET_INVALID',
    'REQUEST_EXPIRED',
    'USER_NOT_FOUND',
    'DEVICE_NOT_FOUND',
    'IAM_TOKEN_INVALID',
    'ALREADY_ENROLLED',
    'ARTIFACT_MISMATCH',
    'MAX_NUMBER_OF_DEVICES_REACHED',
    'MAX_NUMBER_OF_CLIENT_STATES_REACHED',
  ],
});

export const RemoveDeviceRequest = Type.Object(
  {
    ...answeringDevice,
    removedPublicSigningKey: PublicSigningKey,
    timestampMs: TimestampMs,
    requestNonce: RequestNonce,
    /** Over the tuple `remove-device` (spec 08). */
    signature: DeviceSignature,
  },
  strict,
);
export type RemoveDeviceRequest = Static<typeof RemoveDeviceRequest>;

/** spec 08: a device never removes itself this way, so that no user is left without one. */
export const removeDevice = defineEndpoint({
  method: 'POST',
  path: '/v1/device-removals',
  summary: 'Removes another device of a user who just matched',
  auth: 'mobile-key',
  idempotent: false,
  body: RemoveDeviceRequest,
  status: 204,
  response: 'empty',
  errors: [
    'SIGNATURE_INVALID',
    'TICKET_INVALID',
    'REQUEST_EXPIRED',
    'USER_NOT_FOUND',
    'DEVICE_NOT_FOUND',
    'INVALID_INPUT',
  ],
});

/** Part of the core-daemon's public API that changes which devices a user has. */
export const coreDaemonDeviceEndpoints = { beginFurtherDevice, removeDevice } as const;
