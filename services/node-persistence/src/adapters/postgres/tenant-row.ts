import type { Tenant } from '../../ports/tenant-store.ts';
import { SETTING_COLUMNS, type SettingsRow, settingsOf } from './administration/tenant-columns.ts';

export interface TenantRow extends SettingsRow {
  readonly tenant_id: number;
  readonly customer: string;
  readonly sdk_customer_id: number;
}

/** Columns of a tenant under the alias `t`. */
export const TENANT_COLUMNS = ['tenant_id', 'customer', 'sdk_customer_id', ...Object.values(SETTING_COLUMNS)]
  .map((column) => `t.${column}`)
  .join(', ');

export const tenantOf = (row: TenantRow): Tenant => ({
  tenantId: row.tenant_id,
  customer: row.customer,
  sdkCustomerId: row.sdk_customer_id,
  settings: settingsOf(row),
});
