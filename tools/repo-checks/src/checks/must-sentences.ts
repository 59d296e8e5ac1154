import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import type { Repository } from '../repository.ts';

const DEFINITION = /\*\*([A-Z]{2,4}-\d+)\*\*/g;
const SOURCE_FILE = /^(?!spec\/|docs\/|.*\.d\.ts$).*\.(?:ts|mts|js|mjs|sql)$/;

/** Every MUST sentence of the spec is enforced or tested somewhere, and nothing cites a sentence that is not there. */
export const mustSentences: RepoCheck = { name: 'MUST sentences', run };

function run(repository: Repository): CheckResult {
  const findings: Finding[] = [];
  const defined = new Map<string, string>();
  for (const file of repository.files.filter((path) => /^spec\/[^/]+\.md$/.test(path))) {
    for (const paragraph of sentenceBlocks(repository.text(file))) {
      for (const [, id = ''] of paragraph.matchAll(DEFINITION)) {
        const first = defined.get(id);
        if (first !== undefined) {
          findings.push({ file, what: `defines ${id}, as ${first} does`, mend: 'give one of them a new id' });
        }
        if (!/\bMUST\b/.test(paragraph)) {
          findings.push({ file, what: `${id} has no MUST`, mend: 'say what MUST or MUST NOT be' });
        }
        defined.set(id, file);
      }
    }
  }
  const cited = citations(repository, new Set([...defined.keys()].map(prefixOf)));
  for (const [id, file] of defined) {
    if (!cited.has(id)) {
      findings.push({
        file,
        what: `${id} is cited by no source or test`,
        mend: `cite ${id} where it is enforced`,
      });
    }
  }
  for (const [id, file] of cited) {
    if (!defined.has(id))
      findings.push({ file, what: `cites ${id}, which no chapter defines`, mend: 'correct the id' });
  }
  return { scope: `${defined.size} sentences`, findings };
}

/** Paragraphs and list items: an item begins a block of its own even without an empty line before it. */
function sentenceBlocks(markdown: string): readonly string[] {
  return markdown.split(/\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |\||\*\*[A-Z]{2,4}-\d+\*\*))/);
}

/** Cited ids with the first file that cites each. Ids of unknown prefix count only after `spec NN`, as `SHA-256` is none. */
function citations(repository: Repository, prefixes: ReadonlySet<string>): ReadonlyMap<string, string> {
  const cited = new Map<string, string>();
  for (const file of repository.files.filter((path) => SOURCE_FILE.test(path))) {
    for (const match of repository
      .text(file)
      .matchAll(/(\bspec \d\d (?:§[\d.]+,? )?)?\b([A-Z]{2,4}-\d+)\b/g)) {
      const id = match[2] as string;
      const isCitation = match[1] !== undefined || prefixes.has(prefixOf(id));
      if (isCitation && !cited.has(id)) cited.set(id, file);
    }
  }
  return cited;
}

function prefixOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}
