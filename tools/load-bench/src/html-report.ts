import { formatReport, type LoadReport, type Measure } from './report.ts';
import { percentile } from './statistics.ts';

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const WIDTH = 460;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 26;
const BIN_COUNT = 40;

/** Steps of 1, 2 or 5 times a power of ten, so that axes have round numbers. */
const roundStep = (span: number, count: number): number => {
  const raw = span / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? raw;
};

const x = (value: number, most: number): number => LEFT + (value / most) * (WIDTH - LEFT - 8);
const y = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - 12);

const axis = (most: number): string => {
  const step = roundStep(most, 6);
  const ticks = [];
  for (let value = 0; value <= most; value += step) {
    const at = x(value, most).toFixed(1);
    ticks.push(`<line x1="${at}" y1="${y(0)}" x2="${at}" y2="${y(1)}" class="grid"/>`);
    ticks.push(
      `<text x="${at}" y="${HEIGHT - 8}" text-anchor="middle">${Number(value.toPrecision(6))}</text>`,
    );
  }
  return ticks.join('');
};

/** How often each duration occurred, up to the 99.5th percentile, with the median and P95 marked. */
const histogram = ({ values, summary }: Measure): string => {
  const sorted = values.toSorted((a, b) => a - b);
  const most = Math.max(percentile(sorted, 0.995), Number.MIN_VALUE) * 1.05;
  const bins = new Array<number>(BIN_COUNT).fill(0);
  for (const value of values) {
    const bin = Math.floor((value / most) * BIN_COUNT);
    if (bin < BIN_COUNT) bins[bin]!++;
  }
  const highest = Math.max(...bins, 1);
  const bars = bins.map((count, i) => {
    const left = x((i * most) / BIN_COUNT, most);
    const width = (WIDTH - LEFT - 8) / BIN_COUNT - 1;
    const top = y(count / highest);
    return `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(y(0) - top).toFixed(1)}"/>`;
  });
  const mark = (value: number, label: string) => {
    const at = x(Math.min(value, most), most).toFixed(1);
    return `<line x1="${at}" y1="${y(0)}" x2="${at}" y2="${y(1)}" class="mark"/><text x="${at}" y="10" text-anchor="middle" class="mark">${label}</text>`;
  };
  return svg(
    `${axis(most)}${bars.join('')}${mark(summary.median, 'median')}${mark(summary.p95, 'P95')}`,
    'duration in ms',
  );
};

/** Duration of each authentication in the order they ended. */
const timeline = ({ values }: Measure): string => {
  const most = Math.max(...values.slice(0, 20_000), Number.MIN_VALUE);
  const every = Math.max(1, Math.ceil(values.length / 2_000));
  const dots = values
    .map((value, i) => ({ value, i }))
    .filter(({ i }) => i % every === 0)
    .map(
      ({ value, i }) =>
        `<circle cx="${x(i, values.length).toFixed(1)}" cy="${y(Math.min(1, value / most)).toFixed(1)}" r="1.4"/>`,
    );
  const top = `<text x="${LEFT - 4}" y="${y(1) + 4}" text-anchor="end">${most.toFixed(most < 10 ? 1 : 0)}</text>`;
  return svg(
    `${axis(values.length)}${top}<text x="${LEFT - 4}" y="${y(0)}" text-anchor="end">0</text>${dots.join('')}`,
    'in order; ms',
  );
};

const svg = (content: string, label: string): string =>
  `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${content}</svg><figcaption>${label}</figcaption></figure>`;

const style = `
  :root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6675; --line: #d9dee5; --bar: #2f6f8f; --mark: #b4541f; --ground: #fbfcfd; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #9aa6b5; --line: #2c3542; --bar: #6db3d3; --mark: #f0a36b; --ground: #12161c; } }
  body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .25rem; } p { color: var(--soft); margin: .25rem 0 1rem; }
  pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; font-size: 12.5px; line-height: 1.45; }
  .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
  figure { margin: 0; } figcaption { color: var(--soft); font-size: 12px; } svg { width: 100%; height: auto; }
  svg rect, svg circle { fill: var(--bar); } svg text { font-size: 10px; fill: var(--soft); }
  svg .grid { stroke: var(--line); } svg line.mark { stroke: var(--mark); stroke-dasharray: 3 3; } svg text.mark { fill: var(--mark); }`;

/** The report as one page that needs nothing else: the table, and for each measure its distribution and its course. */
export const formatHtmlReport = (reports: readonly LoadReport[]): string => {
  const sections = reports.map((report) => {
    const plots = report.measures.map(
      (measure) =>
        `<h2>${measure.title}</h2><div class="plots">${histogram(measure)}${timeline(measure)}</div>`,
    );
    return `<section><h1>${escapeHtml(report.title)}</h1><p>${escapeHtml(report.machine)}, ${report.startedAt}</p>
<pre tabindex="0">${escapeHtml(formatReport(report))}</pre>${plots.join('\n')}</section>`;
  });
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load report</title><style>${style}</style></head><body>${sections.join('\n<hr>\n')}</body></html>
`;
};
