import { readFileSync } from 'node:fs';

// The file lies above src/ and dist/ alike.
const packageFile = new URL('../package.json', import.meta.url);

/** Version of the service, as its package states it. */
export const serviceVersion = (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version;
