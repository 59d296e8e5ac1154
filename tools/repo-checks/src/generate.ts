import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR_REFERENCE_PATH, renderErrorReference } from './docs/render-error-reference.ts';

const path = join(import.meta.dirname, '..', '..', '..', ERROR_REFERENCE_PATH);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, renderErrorReference());
console.log(`wrote ${ERROR_REFERENCE_PATH}`);
