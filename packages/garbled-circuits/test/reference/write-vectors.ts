// Writes spec/vectors/garbled-circuits.json anew: node packages/garbled-circuits/test/reference/write-vectors.ts
import { writeFileSync } from 'node:fs';
import { referenceVectors } from './reference-vectors.ts';

const file = new URL('../../../../spec/vectors/garbled-circuits.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(referenceVectors(), undefined, 2)}\n`);
