import { StartupError } from './startup-error.ts';
import {
  type SupervisedPostgres,
  type SupervisedPostgresOptions,
  supervisePostgres,
} from './supervised-postgres.ts';
import { type ServiceSpec, type SupervisedService, superviseService } from './supervised-service.ts';
import type { SupervisorListener } from './supervisor-event.ts';

export interface SupervisorOptions {
  /** Folder of the `<name>.log` files; must exist. */
  readonly logsFolder: string;
  readonly onEvent?: SupervisorListener;
}

/** Something that was started and must be stopped, whatever its kind. */
export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

/** Keeps the processes of the stack running until it is stopped. */
export interface Supervisor {
  /** @throws StartupError; what was started before keeps running until `stop` */
  startPostgres(options: Omit<SupervisedPostgresOptions, 'logsFolder'>): Promise<SupervisedPostgres>;
  /** Starts side by side what does not need one another to be ready. @throws StartupError, the first */
  startServices(specs: readonly ServiceSpec[]): Promise<readonly SupervisedService[]>;
  /** Takes something of our own process, a web server for instance, into the order of stopping. */
  adopt(part: Stoppable): void;
  /** Stops everything, the latest started first. Later calls wait for the first. */
  stop(): Promise<void>;
}

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const listen = options.onEvent ?? (() => {});
  const groups: Stoppable[][] = [];
  const starting = new Set<Promise<unknown>>();
  const stopRequest = new AbortController();
  let stopping: Promise<void> | undefined;

  /** Adds what `start` yields to `group`; `stop` waits for starts that are under way and then sees them too. */
  const track = async <Part extends Stoppable>(
    group: Stoppable[],
    start: () => Promise<Part>,
  ): Promise<Part> => {
    const started = start().then((part) => {
      group.push(part);
      return part;
    });
    starting.add(started);
    try {
      return await started;
    } finally {
      starting.delete(started);
    }
  };

  const newGroup = (): Stoppable[] => {
    if (stopping !== undefined) throw new StartupError('stopped before everything was started');
    const group: Stoppable[] = [];
    groups.push(group);
    return group;
  };

  const stopAll = async (): Promise<void> => {
    stopRequest.abort();
    await Promise.allSettled(starting);
    for (const group of groups.toReversed()) await Promise.all(group.map((part) => part.stop()));
  };

  return {
    async startPostgres(postgres) {
      return track(newGroup(), () =>
        supervisePostgres({ ...postgres, logsFolder: options.logsFolder }, listen),
      );
    },
    async startServices(specs) {
      const group = newGroup();
      const outcomes = await Promise.allSettled(
        specs.map((spec) =>
          track(group, () => superviseService(spec, options.logsFolder, listen, stopRequest.signal)),
        ),
      );
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<SupervisedService>).value);
    },
    adopt(part) {
      newGroup().push(part);
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
};

/**
 * Runs `stop` at the first SIGINT, SIGTERM or SIGHUP and ends the process with 0; a second one does not wait. The
 * services notice our end and follow, even then.
 */
export const stopOnSignals = (stop: () => Promise<void>): void => {
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals++;
      if (signals > 1) process.exit(130);
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
};
