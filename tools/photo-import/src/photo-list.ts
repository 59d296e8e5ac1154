import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { parseCsv } from './csv.ts';
import { type ImportOptions, isScenario, type PhotoScenario } from './import-options.ts';
import { ImportProblem } from './import-problem.ts';

/** One photo to import. */
export interface ListedPhoto {
  /** Path in the folder, with slashes. */
  readonly file: string;
  readonly path: string;
  /** Name to link the user to; the file's name without its ending unless the mapping says otherwise. */
  readonly externalUserId: string;
  readonly scenario: PhotoScenario;
}

const endings: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.bmp']);
const problem = (message: string) => new ImportProblem('environment', message);

const findPhotos = (photosDir: string): readonly string[] => {
  try {
    return readdirSync(photosDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.has(extname(entry.name).toLowerCase()))
      .map((entry) => relative(photosDir, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .sort();
  } catch {
    throw problem(`cannot read the folder ${photosDir}`);
  }
};

interface Mapped {
  readonly externalUserId: string;
  readonly scenario: PhotoScenario | undefined;
}

const mappedOf = (row: readonly string[], line: number): readonly [string, Mapped] => {
  const [file = '', externalUserId = '', scenario = ''] = row.map((cell) => cell.trim());
  if (file === '' || externalUserId === '') throw problem(`mapping row ${line} lacks a file or an id`);
  if (externalUserId.length > 256) throw problem(`mapping row ${line}: an id has at most 256 characters`);
  if (scenario !== '' && !isScenario(scenario)) throw problem(`mapping row ${line}: unknown scenario`);
  return [
    file.split('\\').join('/'),
    { externalUserId, scenario: isScenario(scenario) ? scenario : undefined },
  ];
};

const readMapping = (mappingFile: string): ReadonlyMap<string, Mapped> => {
  let rows: readonly (readonly string[])[];
  try {
    rows = parseCsv(readFileSync(mappingFile, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it cannot be read';
    throw problem(`mapping ${mappingFile}: ${reason}`);
  }
  const hasHeader = rows[0]?.[0]?.trim().toLowerCase() === 'file';
  const mapping = new Map<string, Mapped>();
  for (const [index, row] of rows.entries()) {
    if (hasHeader && index === 0) continue;
    const [file, mapped] = mappedOf(row, index + 1);
    if (mapping.has(file)) throw problem(`mapping row ${index + 1}: the file is named twice`);
    mapping.set(file, mapped);
  }
  return mapping;
};

/**
 * The photos of the folder, by name; with a mapping, those it names and no others.
 *
 * @throws ImportProblem environment: unreadable folder or mapping, a mapped file that is not there, no photos
 */
export const listPhotos = (
  options: Pick<ImportOptions, 'photosDir' | 'mappingFile' | 'scenario'>,
): readonly ListedPhoto[] => {
  const { photosDir, mappingFile, scenario } = options;
  const files = findPhotos(photosDir);
  const mapping = mappingFile === undefined ? undefined : readMapping(mappingFile);
  const missing = [...(mapping?.keys() ?? [])].find((file) => !files.includes(file));
  if (missing !== undefined) throw problem(`mapping names a photo that is not in the folder: ${missing}`);
  const photos = files
    .filter((file) => mapping === undefined || mapping.has(file))
    .map((file) => ({
      file,
      path: join(photosDir, file),
      externalUserId: mapping?.get(file)?.externalUserId ?? basename(file, extname(file)),
      scenario: mapping?.get(file)?.scenario ?? scenario,
    }));
  if (photos.length === 0) throw problem(`no photos in ${photosDir}`);
  return photos;
};
