export interface CircuitPurge {
  readonly userId: string;
  readonly deviceId: string;
}

/** Devices whose circuits still have to be deleted elsewhere. */
export interface CircuitPurgeStore {
  /** Oldest first. */
  listCircuitPurges(limit: number): Promise<readonly CircuitPurge[]>;
  finishCircuitPurge(userId: string, deviceId: string): Promise<void>;
}
