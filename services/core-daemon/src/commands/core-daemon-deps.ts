import type { GarblingEngine } from '@openrecognize/garbled-circuits';
import type { AuthVault } from '../ports/auth-vault.ts';
import type { BackgroundTasks } from '../ports/background-tasks.ts';
import type { CircuitStorage } from '../ports/circuit-storage.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdentityTokens } from '../ports/identity-tokens.ts';
import type { NodePersistence } from '../ports/node-persistence.ts';
import type { Timings } from '../ports/timings.ts';
import type { RecentMatches } from './recent-matches.ts';

/** Numbers of a deployment that the commands go by. */
export interface CoreDaemonSettings {
  readonly leaseSeconds: number;
  readonly enrollmentTtlSeconds: number;
  /** Of a user registered from an offline server state. */
  readonly uncommittedUserTtlSeconds: number;
  readonly targetCircuitCount: number;
  readonly busyWaitMs: number;
  /** `family@version`; empty accepts any. */
  readonly artifacts: readonly string[];
}

/** Everything the commands work with. */
export interface CoreDaemonDeps {
  readonly persistence: NodePersistence;
  readonly storage: CircuitStorage;
  readonly vault: AuthVault;
  readonly identityTokens: IdentityTokens;
  readonly engine: GarblingEngine;
  readonly background: BackgroundTasks;
  readonly clock: Clock;
  readonly recentMatches: RecentMatches;
  readonly timings: Timings;
  readonly settings: CoreDaemonSettings;
}
