import { type Dirent, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A failure the user can mend, told in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One picture of a data set. */
export interface LabelledImage {
  readonly path: string;
  /** The person, or the class of a set that has no people. */
  readonly label: string;
}

/** The data sets below a faces folder that the harness knows. */
export interface FaceSets {
  /** `lfw/<person>/<image>`. */
  readonly people: readonly LabelledImage[];
  /** `quality/<defect>/<image>`; empty where absent. */
  readonly quality: readonly LabelledImage[];
  /** `nuaa/real` and `nuaa/print`, labelled `real` and `print`; empty where absent. */
  readonly liveness: readonly LabelledImage[];
}

const entries = (folder: string): Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
};

const images = (folder: string): string[] =>
  entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return images(path);
    return /\.(jpe?g|png|bmp)$/i.test(entry.name) ? [path] : [];
  });

const byFolder = (folder: string): LabelledImage[] =>
  entries(folder)
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => images(join(folder, entry.name)).map((path) => ({ path, label: entry.name })));

const labelled = (folder: string, label: string): LabelledImage[] =>
  images(folder).map((path) => ({ path, label }));

/**
 * Lists the data sets below a folder; with `maxPeople` only the first people by name.
 * @throws UsageError if there is no `lfw` folder with two people of two pictures each
 */
export const listFaceSets = (folder: string, maxPeople: number): FaceSets => {
  const everyone = byFolder(join(folder, 'lfw'));
  const names = [...new Set(everyone.map(({ label }) => label))].slice(0, maxPeople);
  const people = everyone.filter(({ label }) => names.includes(label));
  const pairs = names.filter((name) => people.filter(({ label }) => label === name).length > 1);
  if (pairs.length < 2) {
    const shown = relative(process.cwd(), folder) || '.';
    throw new UsageError(
      `${shown} holds no lfw/<person>/ folders with at least two pictures each of two people`,
    );
  }
  return {
    people,
    quality: byFolder(join(folder, 'quality')),
    liveness: [
      ...labelled(join(folder, 'nuaa', 'real'), 'real'),
      ...labelled(join(folder, 'nuaa', 'print'), 'print'),
    ],
  };
};
