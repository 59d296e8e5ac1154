import { formatCsv } from './csv.ts';
import type { JournalEntry } from './import-journal.ts';

export interface ImportSummary {
  readonly total: number;
  readonly enrolled: number;
  readonly refused: number;
  readonly failed: number;
  /** Photos the run did not come to. */
  readonly left: number;
}

export const summarize = (entries: readonly JournalEntry[], total: number): ImportSummary => {
  const count = (outcome: JournalEntry['outcome']) =>
    entries.filter((entry) => entry.outcome === outcome).length;
  const [enrolled, refused, failed] = [count('enrolled'), count('refused'), count('failed')];
  return { total, enrolled, refused, failed, left: total - entries.length };
};

/** One row for each photo, and for a refused one as many as filters refused it. */
export const renderCsvReport = (entries: readonly JournalEntry[]): string =>
  formatCsv([
    ['file', 'externalUserId', 'outcome', 'keylessId', 'filter', 'value', 'threshold', 'detail'],
    ...entries.flatMap(({ file, externalUserId, outcome, keylessId, filters, detail }) => {
      const reasons = filters?.length ? filters : [undefined];
      return reasons.map((filter) => [
        file,
        externalUserId,
        outcome,
        keylessId,
        filter?.name,
        filter?.value,
        filter?.threshold,
        detail,
      ]);
    }),
  ]);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char]!);

const figure = (value: number): string => String(Number(value.toPrecision(4)));

const reasonsOf = ({ filters, detail }: JournalEntry): string => {
  if (!filters?.length) return escapeHtml(detail ?? '');
  const items = filters.map(
    ({ name, value, threshold }) =>
      `<li><code>${escapeHtml(name)}</code> ${figure(value)}, threshold ${figure(threshold)}</li>`,
  );
  return `${escapeHtml(detail ?? '')}<ul>${items.join('')}</ul>`;
};

const rowOf = (entry: JournalEntry): string =>
  `<tr><td>${escapeHtml(entry.file)}</td><td>${escapeHtml(entry.externalUserId)}</td>` +
  `<td>${entry.outcome}</td><td>${reasonsOf(entry)}</td></tr>`;

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .8rem;border-bottom:1px solid #ccc}
td{overflow-wrap:anywhere}ul{margin:.2rem 0;padding-left:1.2rem}`;

const filterCounts = (entries: readonly JournalEntry[]): string => {
  const counts = new Map<string, number>();
  for (const { name } of entries.flatMap(({ filters }) => filters ?? [])) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0) return '';
  const rows = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `<tr><td><code>${escapeHtml(name)}</code></td><td>${count}</td></tr>`);
  return `<h2>Filters</h2><table><thead><tr><th>Filter</th><th>Photos</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
};

/** A page of its own: the summary, which filters refused how often, and every photo that was not enrolled. */
export const renderHtmlReport = (entries: readonly JournalEntry[], total: number): string => {
  const { enrolled, refused, failed, left } = summarize(entries, total);
  const missing = entries.filter(({ outcome }) => outcome !== 'enrolled');
  const table =
    missing.length === 0
      ? '<p>Every photo that was looked at is enrolled.</p>'
      : `<h2>Not enrolled</h2><table><thead><tr><th>Photo</th><th>External user</th><th>Outcome</th><th>Why</th></tr></thead><tbody>${missing.map(rowOf).join('\n')}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Photo import</title><style>${style}</style></head><body>
<h1>Photo import</h1>
<p>${total} photos: ${enrolled} enrolled, ${refused} refused, ${failed} failed, ${left} not looked at.</p>
${filterCounts(missing)}
${table}
</body></html>
`;
};
