import type { RepoCheck } from '../check.ts';
import { docLinks } from './doc-links.ts';
import { errorReference } from './error-reference.ts';
import { fileLength } from './file-length.ts';
import { forbiddenWords } from './forbidden-words.ts';
import { importRules } from './import-rules.ts';
import { mustSentences } from './must-sentences.ts';
import { packageHygiene } from './package-hygiene.ts';
import { tsconfigReferences } from './tsconfig-references.ts';
import { workspaceTests } from './workspace-tests.ts';

export const ALL_CHECKS: readonly RepoCheck[] = [
  importRules,
  tsconfigReferences,
  workspaceTests,
  errorReference,
  mustSentences,
  packageHygiene,
  forbiddenWords,
  fileLength,
  docLinks,
];
