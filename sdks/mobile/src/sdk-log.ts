import { RecognizeError } from '@openrecognize/contracts';

/** Each level holds what the one before does. `TRACE` adds ids of user and device; never an image, name or secret. */
export type LogLevel = 'INFO' | 'DEBUG' | 'TRACE';

export interface LogsConfiguration {
  readonly enabled: boolean;
  /** Default `INFO`. */
  readonly logLevel?: LogLevel;
}

/** Values are of the SDK's own making: codes, counts, milliseconds, ids. Nothing an app or a person typed. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface LogEvent {
  readonly timestampMs: number;
  readonly level: LogLevel;
  /** E.g. `enroll-failed`. */
  readonly event: string;
  readonly fields: LogFields;
}

export type LogCollector = (event: LogEvent) => void;

export interface LogSubscription {
  unsubscribe(): void;
}

/** What the operations write to. */
export interface SdkLog {
  write(level: LogLevel, event: string, fields?: LogFields): void;
  /** Adds ids to the `TRACE` lines from here on. */
  identify(ids: { readonly userId: string; readonly devicePublicSigningKey: string }): void;
  configure(options: {
    readonly keyless?: LogsConfiguration | undefined;
    readonly custom?: LogsConfiguration | undefined;
  }): void;
  collect(collector: LogCollector): LogSubscription;
}

const levels: readonly LogLevel[] = ['INFO', 'DEBUG', 'TRACE'];
/** Names of the last events that a `TRACE` line carries. */
const historyLength = 32;

interface Sink {
  readonly level: number;
  readonly collect: LogCollector;
}

const invalid = (message: string): RecognizeError => new RecognizeError('CONFIG_INVALID', { message });

const levelOf = (config: LogsConfiguration | undefined): number => {
  if (config === undefined || config.enabled === false) return -1;
  const level = levels.indexOf(config.logLevel ?? 'INFO');
  if (config.enabled !== true || level < 0) throw invalid('logLevel is INFO, DEBUG or TRACE.');
  return level;
};

/** A collector that fails is the app's matter: an operation goes on without it. */
const deliver = (collect: LogCollector, event: LogEvent): void => {
  try {
    collect(event);
  } catch {
    // Reported nowhere: the place to report it is what just failed.
  }
};

/**
 * Log of one SDK instance. Off until configured.
 *
 * @param keylessCollector where `keylessLogsConfiguration` leads to.
 */
export const createSdkLog = (keylessCollector: LogCollector | undefined, now: () => number): SdkLog => {
  const collectors = new Set<LogCollector>();
  const history: string[] = [];
  let ids: LogFields = {};
  let keylessLevel = -1;
  let customLevel = -1;

  const sinks = (): readonly Sink[] => [
    ...(keylessCollector ? [{ level: keylessLevel, collect: keylessCollector }] : []),
    ...[...collectors].map((collect) => ({ level: customLevel, collect })),
  ];

  return {
    write: (level, event, fields = {}) => {
      history.push(event);
      if (history.length > historyLength) history.shift();
      const number = levels.indexOf(level);
      for (const sink of sinks()) {
        if (sink.level < number) continue;
        const traced = sink.level === 2 ? { ...fields, ...ids, coreLogHistory: [...history] } : fields;
        deliver(sink.collect, { timestampMs: now(), level, event, fields: traced });
      }
    },
    identify: (known) => {
      ids = { ...known };
    },
    configure: ({ keyless, custom }) => {
      const wanted = levelOf(keyless);
      const customWanted = levelOf(custom);
      if (wanted >= 0 && !keylessCollector) throw invalid('ports.logs is missing.');
      keylessLevel = wanted;
      customLevel = customWanted;
    },
    collect: (collector) => {
      collectors.add(collector);
      return { unsubscribe: () => void collectors.delete(collector) };
    },
  };
};
