import {
  type Database,
  isUniqueViolation,
  type Queryable,
  statement,
} from '@openrecognize/service-kit/postgres';
import type {
  AdministrativeAct,
  OperatorCredentials,
  OperatorStore,
} from '../../../ports/administration-store.ts';
import { appendAudit } from './append-audit.ts';
import { OPERATOR, type OperatorRow, operatorOf } from './operator-row.ts';
import { createPostgresSessionStore } from './postgres-session-store.ts';

const selectOperators = statement<OperatorRow, [tenantId: number | null]>(
  'list-operators',
  `SELECT ${OPERATOR} FROM node_persistence.operators o
    WHERE $1::integer IS NULL OR o.tenant_id = $1 ORDER BY o.name`,
);
const selectByName = statement<OperatorRow & { readonly password_hash: string }, [name: string]>(
  'find-operator',
  `SELECT ${OPERATOR}, o.password_hash FROM node_persistence.operators o WHERE o.name = $1`,
);
// Creating and changing operators come one after the other: so the first and the last one can be told.
const lockTable = statement<never, []>(
  'lock-operators',
  'LOCK TABLE node_persistence.operators IN SHARE ROW EXCLUSIVE MODE',
);
const insertOperator = statement<
  OperatorRow,
  [id: string, name: string, passwordHash: string, role: string, tenantId: number | null, nowMs: number]
>(
  'add-operator',
  `INSERT INTO node_persistence.operators AS o (operator_id, name, password_hash, role, tenant_id, created_at_ms)
   VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${OPERATOR}`,
);
const updateOperator = statement<
  OperatorRow,
  [id: string, role: string | null, disabled: boolean | null, passwordHash: string | null]
>(
  'change-operator',
  `UPDATE node_persistence.operators o SET role = coalesce($2, o.role), disabled = coalesce($3, o.disabled),
     password_hash = coalesce($4, o.password_hash) WHERE o.operator_id = $1 RETURNING ${OPERATOR}`,
);
const deleteSessions = statement<never, [operatorId: string]>(
  'end-operator-sessions',
  'DELETE FROM node_persistence.operator_sessions WHERE operator_id = $1',
);

/** An operator of one tenant is that tenant's affair, any other the installation's. */
const chainOf = (tenantId: number | null | undefined): number => tenantId ?? 0;

const isMainAdmin = (row: OperatorRow): boolean =>
  row.role === 'admin' && !row.disabled && row.tenant_id === null;

const auditChange = (
  transaction: Queryable,
  before: OperatorRow,
  after: OperatorRow,
  passwordChanged: boolean,
  act: AdministrativeAct,
  nowMs: number,
): Promise<void> =>
  appendAudit(
    transaction,
    {
      chainId: chainOf(after.tenant_id),
      act,
      action: 'operator.update',
      target: after.operator_id,
      before: { role: before.role, disabled: before.disabled },
      after: { role: after.role, disabled: after.disabled, ...(passwordChanged ? { passwordChanged } : {}) },
    },
    nowMs,
  );

export const createPostgresOperatorStore = (database: Database): OperatorStore => ({
  ...createPostgresSessionStore(database),
  listOperators: async (tenantId) => (await database.rows(selectOperators, tenantId ?? null)).map(operatorOf),
  async addOperator({ operatorId, name, passwordHash, role, tenantId, onlyIfNone }, act, nowMs) {
    try {
      return await database.transaction(async (transaction) => {
        await transaction.execute(lockTable);
        if (onlyIfNone && (await transaction.rows(selectOperators, null)).length > 0)
          return 'conflict' as const;
        const values = [operatorId, name, passwordHash, role, tenantId ?? null, nowMs] as const;
        const row = (await transaction.row(insertOperator, ...values))!;
        const record = { chainId: chainOf(tenantId), act, action: 'operator.create', target: operatorId };
        await appendAudit(transaction, { ...record, after: { name, role } }, nowMs);
        return operatorOf(row);
      });
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
  },
  changeOperator: (operatorId, tenantId, { role, disabled, passwordHash }, act, nowMs) =>
    database.transaction(async (transaction) => {
      await transaction.execute(lockTable);
      const operators = await transaction.rows(selectOperators, tenantId ?? null);
      const before = operators.find((row) => row.operator_id === operatorId);
      if (before === undefined) return 'not-found';
      const values = [role ?? null, disabled ?? null, passwordHash ?? null] as const;
      const keepsAdmin = (role ?? before.role) === 'admin' && !(disabled ?? before.disabled);
      if (isMainAdmin(before) && !keepsAdmin && operators.filter(isMainAdmin).length === 1)
        return 'last-admin';
      const after = (await transaction.row(updateOperator, operatorId, ...values))!;
      await transaction.execute(deleteSessions, operatorId);
      await auditChange(transaction, before, after, passwordHash !== undefined, act, nowMs);
      return operatorOf(after);
    }),
  async findOperator(name): Promise<OperatorCredentials | undefined> {
    const row = await database.row(selectByName, name);
    if (row === undefined) return undefined;
    return {
      operator: operatorOf(row),
      tenantId: row.tenant_id ?? undefined,
      passwordHash: row.password_hash,
    };
  },
});
