import { Type } from 'typebox';
import { CircuitStock } from './administration-users.ts';
import { defineEndpoint } from './endpoint.ts';
import { DeviceId, UserId } from './fields.ts';

/** Called by the operations-service, which has no way to the circuit-storage of its own. */
export const readDeviceStock = defineEndpoint({
  method: 'GET',
  path: '/internal/v1/users/:userId/devices/:deviceId/stock',
  summary: 'Ready circuits of a device and the first index that was never stored',
  auth: 'service-key',
  idempotent: true,
  params: Type.Object({ userId: UserId, deviceId: DeviceId }),
  status: 200,
  response: CircuitStock,
  errors: ['STORAGE_UNAVAILABLE'],
});
