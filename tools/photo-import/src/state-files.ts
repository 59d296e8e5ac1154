import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** What the agent handed out for one photo. Secret: whoever has it is the device, short of the face. */
const EnrolledState = Type.Object({
  file: Type.String(),
  sha256: Type.String(),
  externalUserId: Type.String(),
  keylessId: Type.String(),
  clientState: Type.String(),
  serverState: Type.Optional(Type.String()),
});
export type EnrolledState = Static<typeof EnrolledState>;

/** States in files of their own, readable by their owner alone. */
export interface StateFiles {
  /** On the disk, whole, when it returns. */
  save(state: EnrolledState): void;
  /** What an earlier run saved for this very photo, e.g. right before it was killed. */
  find(file: string, sha256: string): EnrolledState | undefined;
}

const nameOf = (file: string, sha256: string): string =>
  `${createHash('sha256').update(`${sha256} ${file}`).digest('hex').slice(0, 32)}.json`;

export const createStateFiles = (dir: string): StateFiles => {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    save: (state) => {
      const path = join(dir, nameOf(state.file, state.sha256));
      const temporary = `${path}.${process.pid}.new`;
      const descriptor = openSync(temporary, 'w', 0o600);
      try {
        writeSync(descriptor, JSON.stringify(state));
        fsyncSync(descriptor);
      } catch (error) {
        rmSync(temporary, { force: true });
        throw error;
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, path);
    },
    find: (file, sha256) => {
      try {
        const state: unknown = JSON.parse(readFileSync(join(dir, nameOf(file, sha256)), 'utf8'));
        return Value.Check(EnrolledState, state) ? state : undefined;
      } catch {
        return undefined;
      }
    },
  };
};
