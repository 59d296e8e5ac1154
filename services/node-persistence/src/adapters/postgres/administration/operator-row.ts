import type { StoredOperator } from '../../../ports/administration-store.ts';
import { present } from '../ids.ts';

export interface OperatorRow {
  readonly operator_id: string;
  readonly name: string;
  readonly role: 'viewer' | 'admin';
  readonly disabled: boolean;
  readonly tenant_id: number | null;
  readonly customer: string | null;
  readonly created_at_ms: number;
  readonly last_sign_in_at_ms: number | null;
}

export const OPERATOR = `o.operator_id, o.name, o.role, o.disabled, o.tenant_id, o.created_at_ms, o.last_sign_in_at_ms,
  (SELECT t.customer FROM node_persistence.tenants t WHERE t.tenant_id = o.tenant_id) AS customer`;

export const operatorOf = (row: OperatorRow): StoredOperator => ({
  operatorId: row.operator_id,
  name: row.name,
  role: row.role,
  disabled: row.disabled,
  ...present('customer', row.customer),
  createdAtMs: row.created_at_ms,
  ...present('lastSignInAtMs', row.last_sign_in_at_ms),
});
