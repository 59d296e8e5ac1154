export {
  type AuthenticateDeviceOptions,
  type AuthenticatedDevice,
  authenticateDevice,
  type ClientStateStore,
} from './authenticate-device.ts';
export { type DeviceStatus, type DeviceStatusOptions, readDeviceStatus } from './device-status.ts';
export {
  type Clock,
  type DeviceSigner,
  type DeviceTransport,
  type Wait,
  waitOnTimer,
} from './device-transport.ts';
export {
  type EnrollDeviceOptions,
  type EnrolledDevice,
  type EnrollmentCheckpoint,
  enrollDevice,
  resumeEnrollment,
} from './enroll-device.ts';
export { createHttpDeviceTransport } from './http-device-transport.ts';
export { createMemoryClientStateStore, type MemoryClientStateStore } from './memory-client-state-store.ts';
export {
  createNetworkDeviceTransport,
  type NetworkRequest,
  type NetworkResponse,
  type NetworkTransportOptions,
  type SendRequest,
} from './network-device-transport.ts';
export type { RefillOutcome } from './refill-device.ts';
