/** Names a device of a user of a tenant. */
export interface TenantDevice {
  readonly tenantId: number;
  readonly userId: string;
  readonly deviceId: string;
}

/** What a device enrolled with; its circuits have to fit it. */
export interface EnrolledParameters {
  readonly codeBits: number;
  readonly threshold: number;
}

/**
 * Parameters of devices that matched here a moment ago, so that the refill that follows need not ask for them again.
 * They give no right: the ticket does, and a device deleted since is refused by the vault's store and by the storage.
 */
export interface RecentMatches {
  remember(device: TenantDevice, parameters: EnrolledParameters): void;
  parametersOf(device: TenantDevice): EnrolledParameters | undefined;
}

/** About 2 MB. */
const MAX_DEVICES = 10_000;
/** Short, because a user deleted elsewhere may come back with the same key and another model. */
const REMEMBERED_MS = 60_000;

const keyOf = ({ tenantId, userId, deviceId }: TenantDevice): string => `${tenantId}/${userId}/${deviceId}`;

/** @param now milliseconds since the epoch. */
export const createRecentMatches = (now: () => number): RecentMatches => {
  /** In order of age. */
  const entries = new Map<string, { readonly parameters: EnrolledParameters; readonly untilMs: number }>();
  return {
    remember(device, { codeBits, threshold }) {
      const key = keyOf(device);
      entries.delete(key);
      entries.set(key, { parameters: { codeBits, threshold }, untilMs: now() + REMEMBERED_MS });
      const oldest = entries.keys().next();
      if (entries.size > MAX_DEVICES && oldest.done !== true) entries.delete(oldest.value);
    },
    parametersOf(device) {
      const entry = entries.get(keyOf(device));
      return entry !== undefined && entry.untilMs > now() ? entry.parameters : undefined;
    },
  };
};
