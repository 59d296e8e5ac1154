/** Each call removes at most `limit` rows and returns how many; replicas may call at the same time. */
export interface MaintenanceStore {
  /** Open enrollments that expired at or before `expiredByMs`, with their tokens; their devices get purged. */
  purgeExpiredEnrollments(expiredByMs: number, nowMs: number, limit: number): Promise<number>;
  purgeCommittedEnrollments(committedByMs: number, limit: number): Promise<number>;
  /** Tombstones of tokens taken at or before `takenByMs`. */
  purgeTakenTokens(takenByMs: number, limit: number): Promise<number>;
  purgeAttempts(startedByMs: number, limit: number): Promise<number>;
  /** Used tokens that expired at or before `expiredByMs`. */
  purgeUsedTokens(expiredByMs: number, limit: number): Promise<number>;
  purgeAuthentications(createdByMs: number, limit: number): Promise<number>;
}
