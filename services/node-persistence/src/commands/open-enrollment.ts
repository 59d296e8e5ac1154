import {
  type CoreErrorCode,
  type EndpointInput,
  limits,
  type openEnrollment as openEnrollmentEndpoint,
  RecognizeError,
} from '@openrecognize/contracts';
import type { EnrollmentRefusal } from '../ports/enrollment-store.ts';
import type { PersistedDeviceDescription } from '../ports/user-store.ts';
import { decodeBase64Field } from './base64-field.ts';
import type { CommandContext } from './command-context.ts';
import { type EnrollmentBody, enrollmentBody } from './enrollment-body.ts';
import { externalUserKey } from './external-user-key.ts';
import { operationRecord } from './operation-record.ts';
import { assertStorableText } from './storable-text.ts';

type OpenEnrollmentBody = EndpointInput<typeof openEnrollmentEndpoint>['body'];

const codeOf: Record<EnrollmentRefusal, CoreErrorCode> = {
  'tenant-not-found': 'CUSTOMER_NOT_FOUND',
  'already-enrolled': 'ALREADY_ENROLLED',
  'operation-exists': 'OPERATION_ALREADY_EXISTS',
  'too-many-devices': 'MAX_NUMBER_OF_DEVICES_REACHED',
  'too-many-client-states': 'MAX_NUMBER_OF_CLIENT_STATES_REACHED',
  conflict: 'CONFLICT',
};

const deviceDescription = (body: OpenEnrollmentBody): PersistedDeviceDescription => {
  assertStorableText(body.osVersion, '/osVersion');
  assertStorableText(body.sdkVersion, '/sdkVersion');
  assertStorableText(body.artifact.family, '/artifact/family');
  assertStorableText(body.artifact.version, '/artifact/version');
  return {
    publicSigningKey: decodeBase64Field(body.publicSigningKey, '/publicSigningKey', 91),
    publicEncryptionKey: body.publicEncryptionKey,
    deviceType: body.deviceType,
    deviceOrigin: body.deviceOrigin,
    osVersion: body.osVersion,
    sdkVersion: body.sdkVersion,
    artifactFamily: body.artifact.family,
    artifactVersion: body.artifact.version,
    codeBits: body.codeBits,
    threshold: body.threshold,
    epoch: body.epoch,
    sealedTemplate: decodeBase64Field(body.sealedTemplate, '/sealedTemplate'),
  };
};

/**
 * @throws RecognizeError ALREADY_ENROLLED if the device, or the external user, counts already;
 *   OPERATION_ALREADY_EXISTS; MAX_NUMBER_OF_DEVICES_REACHED; MAX_NUMBER_OF_CLIENT_STATES_REACHED; CONFLICT if the device id came with another key
 */
export const openEnrollment = async (
  { store, nowMs, newUuid }: CommandContext,
  body: OpenEnrollmentBody,
): Promise<EnrollmentBody> => {
  const { externalUserId } = body;
  assertStorableText(externalUserId, '/externalUserId');
  const now = nowMs();
  const opened = await store.openEnrollment(
    {
      enrollmentId: newUuid(),
      tenantId: body.tenantId,
      userId: body.userId,
      deviceId: body.deviceId,
      device: deviceDescription(body),
      externalUser:
        externalUserId === undefined ? undefined : { externalUserId, key: externalUserKey(externalUserId) },
      operation: operationRecord(body.operationInfo),
      expiresAtMs: now + body.ttlSeconds * 1000,
      maxDevicesPerUser: limits.maxDevicesPerUser,
      maxClientStatesPerUser: limits.maxClientStatesPerUser,
      awaitsCommit: body.awaitsCommit,
    },
    now,
  );
  if (opened.outcome !== 'open') throw new RecognizeError(codeOf[opened.outcome]);
  return enrollmentBody(opened.enrollment);
};
