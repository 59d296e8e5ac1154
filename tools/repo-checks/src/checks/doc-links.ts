import { posix } from 'node:path';
import type { CheckResult, Finding, RepoCheck } from '../check.ts';
import type { Repository } from '../repository.ts';

const INLINE_LINK = /\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\))?)>?(?:\s+"[^"]*")?\s*\)/g;
const LINK_DEFINITION = /^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s+"[^"]*")?\s*$/gm;

/** Relative links between documents lead somewhere, down to the heading. */
export const docLinks: RepoCheck = { name: 'doc links', run };

function run(repository: Repository): CheckResult {
  const documents = repository.files.filter((file) => file.endsWith('.md'));
  return {
    scope: `${documents.length} documents`,
    findings: documents.flatMap((file) => findingsIn(repository, file)),
  };
}

function findingsIn(repository: Repository, file: string): readonly Finding[] {
  const prose = withoutCode(repository.text(file));
  const links = [INLINE_LINK, LINK_DEFINITION].flatMap((pattern) =>
    [...prose.matchAll(pattern)].map((match) => match[1] as string),
  );
  return links
    .filter((link) => !/^[a-z][a-z+.-]*:|^\/\//i.test(link))
    .flatMap((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(path));
      if (target.startsWith('..') || !repository.exists(target)) {
        return [{ file, what: `links to ${link}, which does not exist`, mend: 'correct or remove the link' }];
      }
      if (anchor === undefined || !target.endsWith('.md') || anchorsOf(repository, target).has(anchor))
        return [];
      return [{ file, what: `links to ${link}, a heading that does not exist`, mend: 'correct the anchor' }];
    });
}

/** Anchors as code hosts derive them from headings, with `-1`, `-2` for repetitions, and explicit ids. */
function anchorsOf(repository: Repository, file: string): ReadonlySet<string> {
  const text = repository.text(file);
  const anchors = new Set([...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map((match) => match[1] as string));
  for (const [, heading = ''] of text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let repetition = 1; anchors.has(anchor); repetition += 1) anchor = `${slug}-${repetition}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^\s*(```|~~~)[\s\S]*?^\s*\1/gm, '').replace(/(`+)[^`][\s\S]*?\1/g, '');
}
