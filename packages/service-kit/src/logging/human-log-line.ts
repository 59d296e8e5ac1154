const OMITTED = new Set(['level', 'time', 'service', 'msg', 'err', 'pid']);

interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: readonly string[];
  readonly cause?: LoggedError;
}

const describeError = (error: LoggedError): string => {
  const own = `${error.name}${error.code === undefined ? '' : ` ${error.code}`}: ${error.message}`;
  const place = error.stack?.[0] === undefined ? '' : ` (${error.stack[0]})`;
  return error.cause === undefined ? own + place : `${own}${place}; because ${describeError(error.cause)}`;
};

const describeField = (name: string, value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}=${/[\s"=]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text}`;
};

/** One line for people from one JSON log line; text that is no JSON comes back as it is. */
export const humanLogLine = (jsonLine: string): string => {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(jsonLine) as Record<string, unknown>;
  } catch {
    return jsonLine;
  }
  const fields = Object.entries(entry)
    .filter(([name, value]) => !OMITTED.has(name) && value !== undefined)
    .map(([name, value]) => describeField(name, value));
  const error = entry['err'] === undefined ? '' : describeError(entry['err'] as LoggedError);
  const level = String(entry['level'] ?? '').toUpperCase();
  return [entry['time'], level.padEnd(5), entry['service'], entry['msg'], ...fields, error]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
};
