export interface DeviceStore {
  /**
   * One transaction: device, template, tokens and the memory of its enrollment go, and it enters the circuit purge
   * list; of a web device the wrapped client state goes too. The user stays, also with no device left.
   */
  deleteDevice(
    tenantId: number,
    userId: string,
    deviceId: string,
    nowMs: number,
  ): Promise<'deleted' | 'user-not-found' | 'device-not-found'>;
}
