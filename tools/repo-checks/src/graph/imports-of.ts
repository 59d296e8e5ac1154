import { stripComments } from './strip-comments.ts';

export interface ModuleImports {
  /** Specifiers of static imports, re-exports, literal dynamic imports, `require` and worker files. */
  readonly specifiers: readonly string[];
  /** True if the module also loads something whose name is computed at run time. */
  readonly hasComputedImport: boolean;
}

const STATIC = /^[ \t]*(?:import|export)\b(?:[^'";()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm;
const CALL = /\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1\s*[,)]/g;
const WORKER_FILE = /\bnew\s+URL\s*\(\s*(['"])([^'"\n]+\.js)\1\s*,\s*import\.meta\.url/g;
const COMPUTED = /(?<![.\w])import\s*\(\s*(?!['"])/;

/** What one emitted JavaScript module imports. */
export function importsOf(source: string): ModuleImports {
  const code = stripComments(source);
  const specifiers = [STATIC, CALL, WORKER_FILE].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[2] as string),
  );
  return { specifiers: [...new Set(specifiers)], hasComputedImport: COMPUTED.test(code) };
}
