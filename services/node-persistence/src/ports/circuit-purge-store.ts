export interface CircuitPurge {
  readonly userId: string;
  readonly deviceId: string;
  /** Its enrollment expired, and it may come back with the same circuits. */
  readonly neverCounted?: boolean;
}

/** Devices whose circuits still have to be deleted elsewhere. */
export interface CircuitPurgeStore {
  /** Oldest first. */
  listCircuitPurges(limit: number): Promise<readonly CircuitPurge[]>;
  finishCircuitPurge(userId: string, deviceId: string): Promise<void>;
}
