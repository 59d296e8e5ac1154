import type { FullTenantSettings } from './administration-store.ts';

export type ApiKeyKind = 'download' | 'mobile' | 'secret';

export interface TenantSettings {
  readonly lockoutFailures: number;
  readonly lockoutWindowSeconds: number;
  readonly lockoutSuspensionSeconds: number;
}

export interface Tenant {
  readonly tenantId: number;
  readonly customer: string;
  readonly sdkCustomerId: number;
  readonly settings: FullTenantSettings;
}

export interface ResolvedApiKey {
  readonly kind: ApiKeyKind;
  readonly tenant: Tenant;
}

export interface TenantStore {
  /** Creates the tenant with `defaults`, or leaves its settings; in both cases `changes` win. */
  putTenant(
    customer: string,
    changes: Partial<TenantSettings>,
    defaults: TenantSettings,
    nowMs: number,
  ): Promise<Tenant>;
  /** Customer names are case-sensitive. */
  readTenant(customer: string): Promise<Tenant | undefined>;
  /** `conflict`: the hash is another tenant's, or of another kind. */
  putApiKey(
    customer: string,
    kind: ApiKeyKind,
    keySha256: Uint8Array,
    nowMs: number,
  ): Promise<'stored' | 'tenant-not-found' | 'conflict'>;
  /** Undefined for an unknown or revoked key. Writes down the day of its use. */
  resolveApiKey(keySha256: Uint8Array, nowMs: number): Promise<ResolvedApiKey | undefined>;
}
