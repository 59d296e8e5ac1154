export { type BreakingStatement, breakingStatements } from './additive-migrations.ts';
export * from './database.ts';
export * from './database-config.ts';
export * from './migrations.ts';
export { plannedOnce } from './session-settings.ts';
export * from './statement.ts';
export {
  isForeignKeyViolation,
  isStorageFailure,
  isTransactionConflict,
  isUniqueViolation,
  toStorageError,
} from './storage-error.ts';
export type { TransactionOptions } from './transaction.ts';
