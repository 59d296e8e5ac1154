import { type ConfigOf, defineConfig } from '@openrecognize/service-kit';
import { databaseConfigProperties } from '@openrecognize/service-kit/postgres';
import { Type } from 'typebox';
import { encryptionConfigProperties, objectStoreConfigProperties } from './object-store-config.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The service's own variables, beside those every service reads. */
export const configSchema = defineConfig({
  ...databaseConfigProperties,
  serviceKey: Type.String({
    env: 'SERVICE_KEY',
    description: 'Shared secret that the other services show',
    secret: true,
    minLength: 16,
  }),
  ...objectStoreConfigProperties,
  ...encryptionConfigProperties,
  reservationMaxLeaseSeconds: Type.Integer({
    env: 'RESERVATION_MAX_LEASE_SECONDS',
    description: 'Longest lease of a reservation; longer ones asked for are cut',
    default: 300,
    minimum: 1,
    maximum: HOUR_SECONDS,
  }),
  payloadLookAheadMebibytes: Type.Integer({
    env: 'PAYLOAD_LOOK_AHEAD_MEBIBYTES',
    description:
      'Memory for payloads of reserved circuits, read before they are consumed; 0 switches that off',
    default: 64,
    minimum: 0,
    maximum: 16_384,
  }),
  tombstoneSeconds: Type.Integer({
    env: 'TOMBSTONE_SECONDS',
    description:
      'How long a used circuit and a deleted device stay known; longer than an upload ticket lives',
    default: HOUR_SECONDS,
    minimum: HOUR_SECONDS,
    maximum: 30 * DAY_SECONDS,
  }),
  orphanGraceSeconds: Type.Integer({
    env: 'ORPHAN_GRACE_SECONDS',
    description: 'Age at which a payload without a circuit is removed; longer than an upload takes',
    default: HOUR_SECONDS,
    minimum: 60,
    maximum: 30 * DAY_SECONDS,
  }),
  sweepIntervalSeconds: Type.Integer({
    env: 'SWEEP_INTERVAL_SECONDS',
    description: 'Pause between two sweeps of used circuits',
    default: 30,
    minimum: 1,
    maximum: HOUR_SECONDS,
  }),
  stockIntervalSeconds: Type.Integer({
    env: 'STOCK_INTERVAL_SECONDS',
    description: 'Pause between two measurements of the stock of all devices, for the metrics',
    default: 60,
    minimum: 1,
    maximum: HOUR_SECONDS,
  }),
  lowStockCircuits: Type.Integer({
    env: 'LOW_STOCK_CIRCUITS',
    description: 'Ready circuits below which a device counts as low on stock in the metrics',
    default: 5,
    minimum: 1,
    maximum: 1000,
  }),
  reconcileIntervalSeconds: Type.Integer({
    env: 'RECONCILE_INTERVAL_SECONDS',
    description: 'Pause between two comparisons of all payloads with all circuits',
    default: 6 * HOUR_SECONDS,
    minimum: 1,
    maximum: 30 * DAY_SECONDS,
  }),
});

export type CircuitStorageConfig = ConfigOf<typeof configSchema>;
