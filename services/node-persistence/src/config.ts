import { type ConfigOf, defineConfig } from '@openrecognize/service-kit';
import { databaseConfigProperties } from '@openrecognize/service-kit/postgres';
import { Type } from 'typebox';

const DAY_SECONDS = 86_400;

/** The service's own variables, beside those every service reads. */
export const configSchema = defineConfig({
  ...databaseConfigProperties,
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    description: 'Shared secret that the other services show',
    secret: true,
    minLength: 16,
  }),
  attemptTtlSeconds: Type.Integer({
    env: 'ATTEMPT_TTL_SECONDS',
    description: 'Age at which an unfinished authentication attempt counts as aborted',
    default: 30,
    minimum: 1,
    maximum: 3600,
  }),
  attemptRetentionSeconds: Type.Integer({
    env: 'ATTEMPT_RETENTION_SECONDS',
    description: 'How long attempts are kept, so that a repeated attempt id is refused',
    default: DAY_SECONDS,
    minimum: 3600,
    maximum: 365 * DAY_SECONDS,
  }),
  authenticationRetentionDays: Type.Integer({
    env: 'AUTHENTICATION_RETENTION_DAYS',
    description:
      'How long committed enrollments are kept, and the authentication history where a tenant has not set it',
    default: 30,
    minimum: 1,
    maximum: 3650,
  }),
  auditRetentionDays: Type.Integer({
    env: 'AUDIT_RETENTION_DAYS',
    description: 'How long the audit trail is kept where a tenant has not set it',
    default: 365,
    minimum: 30,
    maximum: 3650,
  }),
  webhookRetentionDays: Type.Integer({
    env: 'WEBHOOK_RETENTION_DAYS',
    description: 'How long finished webhook deliveries are kept, dead ones included',
    default: 30,
    minimum: 1,
    maximum: 365,
  }),
  takenTokenRetentionSeconds: Type.Integer({
    env: 'TAKEN_TOKEN_RETENTION_SECONDS',
    description: 'How long a used circuit index stays refused; longer than any refill ticket lives',
    default: 3600,
    minimum: 600,
    maximum: 30 * DAY_SECONDS,
  }),
  enrollmentGraceSeconds: Type.Integer({
    env: 'ENROLLMENT_GRACE_SECONDS',
    description: 'How long an expired enrollment is still answered as expired, then it is deleted',
    default: 600,
    minimum: 0,
    maximum: 30 * DAY_SECONDS,
  }),
  jobIntervalSeconds: Type.Integer({
    env: 'JOB_INTERVAL_SECONDS',
    description: 'Pause between two runs of the clean-up',
    default: 60,
    minimum: 1,
    maximum: 3600,
  }),
});

export type NodePersistenceConfig = ConfigOf<typeof configSchema>;
