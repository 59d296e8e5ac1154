import type { CheckResult, RepoCheck } from '../check.ts';
import { configurationReference } from './configuration-reference.ts';
import { docLinks } from './doc-links.ts';
import { errorReference } from './error-reference.ts';
import { fileLength } from './file-length.ts';
import { forbiddenWords } from './forbidden-words.ts';
import { importRules } from './import-rules.ts';
import { mustSentences } from './must-sentences.ts';
import { packageHygiene } from './package-hygiene.ts';
import { tsconfigReferences } from './tsconfig-references.ts';
import { workspaceTests } from './workspace-tests.ts';

export const ALL_CHECKS: readonly RepoCheck<CheckResult | Promise<CheckResult>>[] = [
  importRules,
  tsconfigReferences,
  workspaceTests,
  errorReference,
  configurationReference,
  mustSentences,
  packageHygiene,
  forbiddenWords,
  fileLength,
  docLinks,
];
