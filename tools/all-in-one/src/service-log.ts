import { existsSync, renameSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { START_FAILURE_MESSAGE } from '@openrecognize/service-kit';

/** A log that is larger at a start is set aside as `.1`, so that the folder does not grow without end. */
const ROTATE_BYTES = 32 * 1024 * 1024;
const TAIL_BYTES = 64 * 1024;

/** The log file of one start of one process. */
export interface ServiceLog {
  readonly path: string;
  /** For the child's standard output and error; the child writes by itself, so no line is lost with us. */
  readonly fd: number;
  /** Why the start failed, as far as the lines written since `openServiceLog` tell. */
  failureReason(): Promise<string>;
  close(): Promise<void>;
}

const rotate = (path: string): void => {
  if (existsSync(path) && statSync(path).size > ROTATE_BYTES) renameSync(path, `${path}.1`);
};

const reasonIn = (text: string): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.toReversed()) {
    try {
      const entry = JSON.parse(line) as { msg?: string; reason?: string };
      if (entry.msg === START_FAILURE_MESSAGE && entry.reason !== undefined) return entry.reason;
    } catch {
      // Node's own complaint about a program it cannot load is no JSON.
      if (/^\w*Error\b.*:/.test(line)) return line;
    }
  }
  return lines.at(-1)?.slice(0, 300) ?? 'it wrote nothing';
};

const readFrom = async (path: string, position: number): Promise<string> => {
  const file: FileHandle = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(position, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
};

/** Opens `<folder>/<name>.log` to append to. */
export const openServiceLog = async (folder: string, name: string): Promise<ServiceLog> => {
  const path = join(folder, `${name}.log`);
  rotate(path);
  const file = await open(path, 'a', 0o600);
  const { size } = await file.stat();
  return {
    path,
    fd: file.fd,
    failureReason: async () => reasonIn(await readFrom(path, size)),
    close: () => file.close(),
  };
};
