/** The server API's form of a time: UTC without zone, milliseconds (`2025-01-15T09:00:00.000`). */
export const timestampOf = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, -1);
