/**
 * What a check of the device found. `tampered`: rooted or jailbroken; the others come from a protection against
 * injected pictures.
 */
export type ProtectionFinding =
  | 'genuine'
  | 'tampered'
  | 'not-genuine'
  | 'licence-expired'
  | 'initialization-failed';

/** A check of the device by the app's own means; asked by `configure` and before each capture. */
export interface ProtectionPort {
  check(): Promise<ProtectionFinding>;
}
