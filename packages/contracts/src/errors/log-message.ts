import { LOG_ERRORS, type LogErrorCode } from './tables/log-errors.ts';

/** Names in braces of a template, as a union: `'{a} b {c}'` gives `'a' | 'c'`. */
type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Values a log line needs, by name. */
export type LogMessageValues<Code extends LogErrorCode> = Readonly<
  Record<Placeholders<(typeof LOG_ERRORS)[Code]['template']>, string | number>
>;

/**
 * The log line of a catalogue code with its values filled in, e.g. `Persisting circuit on S3 failed. [circuitId=7]`.
 * Control characters of the values become spaces, so that a value cannot begin a line of its own (spec 06 ER-13).
 */
export function logMessage<Code extends LogErrorCode>(code: Code, values: LogMessageValues<Code>): string {
  const named: Readonly<Record<string, string | number>> = values;
  return LOG_ERRORS[code].template.replace(/\{(\w+)\}/g, (_placeholder, name: string) =>
    String(named[name]).replace(/\p{Cc}/gu, ' '),
  );
}
