import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processesOf, readConfigSchema } from './docs/read-config-schemas.ts';
import {
  CONFIGURATION_REFERENCE_PATH,
  renderConfigurationReference,
} from './docs/render-configuration-reference.ts';
import { ERROR_REFERENCE_PATH, renderErrorReference } from './docs/render-error-reference.ts';
import { openRepository } from './repository.ts';

const root = join(import.meta.dirname, '..', '..', '..');

const write = (page: string, text: string): void => {
  const path = join(root, page);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${page}`);
};

write(ERROR_REFERENCE_PATH, renderErrorReference());
const repository = openRepository(root);
const schemas = await Promise.all(
  processesOf(repository).map((directory) => readConfigSchema(repository, directory)),
);
write(CONFIGURATION_REFERENCE_PATH, renderConfigurationReference(schemas));
