import type { FastifyBaseLogger } from 'fastify';

type Bindings = Parameters<FastifyBaseLogger['child']>[0];
type ChildOptions = Parameters<FastifyBaseLogger['child']>[1];

const isPlainFields = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Error);

/**
 * Like `parent.child(bindings, options)`, but made when it is needed: most requests log one line, that of their end,
 * and a child logger costs more than that line. A line of fields and level info needs none: the bindings go before its
 * fields, as in the lines of a child.
 */
export const lazyChildLogger = (
  parent: FastifyBaseLogger,
  bindings: Bindings,
  options?: ChildOptions,
): FastifyBaseLogger => {
  let made: FastifyBaseLogger | undefined;
  const child = (): FastifyBaseLogger => {
    made ??= parent.child(bindings, options);
    return made;
  };
  const hasNoOptions = options === undefined || Object.keys(options).length === 0;
  type Line = Parameters<FastifyBaseLogger['info']>;
  return {
    get level() {
      return child().level;
    },
    set level(level) {
      child().level = level;
    },
    silent: (...line: Line) => child().silent(...line),
    trace: (...line: Line) => child().trace(...line),
    debug: (...line: Line) => child().debug(...line),
    info: (...line: Line) => {
      const [fields, ...rest] = line as unknown as [unknown, ...string[]];
      if (made !== undefined || !hasNoOptions || !isPlainFields(fields)) return child().info(...line);
      parent.info({ ...bindings, ...fields }, ...rest);
    },
    warn: (...line: Line) => child().warn(...line),
    error: (...line: Line) => child().error(...line),
    fatal: (...line: Line) => child().fatal(...line),
    child: (more: Bindings, moreOptions?: ChildOptions) => child().child(more, moreOptions),
  } as FastifyBaseLogger;
};
