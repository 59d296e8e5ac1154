import type { ErrorCurves } from './error-rates.ts';

/** A curve of the plot. */
export interface DetSeries {
  readonly title: string;
  readonly colour: string;
  readonly curves: ErrorCurves;
}

const WIDTH = 760;
const HEIGHT = 560;
const LEFT = 80;
const TOP = 50;
const RIGHT = 30;
const BOTTOM = 70;
const X_RANGE = { min: 1e-5, max: 0.4 };
const Y_RANGE = { min: 1e-3, max: 0.4 };
const TICKS = [1e-5, 1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4];

/** Quantile of the normal distribution (Acklam's rational approximation, relative error below 1.2e-9). */
export const probit = (p: number): number => {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
  ];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const horner = (coefficients: readonly number[], x: number): number =>
    coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  if (p > 0.5) return -probit(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return horner(c, q) / horner(d, q);
  }
  const q = p - 0.5;
  return (horner(a, q * q) * q) / horner(b, q * q);
};

const scale = (value: number, range: { min: number; max: number }, from: number, to: number): number => {
  const clamped = Math.max(range.min, Math.min(range.max, value));
  const share = (probit(clamped) - probit(range.min)) / (probit(range.max) - probit(range.min));
  return from + share * (to - from);
};
const xOf = (rate: number): number => scale(rate, X_RANGE, LEFT, WIDTH - RIGHT);
const yOf = (rate: number): number => scale(rate, Y_RANGE, HEIGHT - BOTTOM, TOP);

const label = (rate: number): string => `${Number((100 * rate).toPrecision(2))} %`;

const axes = (): string[] =>
  TICKS.flatMap((tick) => [
    ...(tick >= X_RANGE.min
      ? [
          `<line x1="${xOf(tick)}" y1="${TOP}" x2="${xOf(tick)}" y2="${HEIGHT - BOTTOM}" class="grid"/>`,
          `<text x="${xOf(tick)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${label(tick)}</text>`,
        ]
      : []),
    ...(tick >= Y_RANGE.min
      ? [
          `<line x1="${LEFT}" y1="${yOf(tick)}" x2="${WIDTH - RIGHT}" y2="${yOf(tick)}" class="grid"/>`,
          `<text x="${LEFT - 8}" y="${yOf(tick) + 4}" text-anchor="end">${label(tick)}</text>`,
        ]
      : []),
  ]);

const path = ({ falseAccept, trueAccept }: ErrorCurves): string => {
  const points: string[] = [];
  let last = '';
  for (let i = 0; i < falseAccept.length; i++) {
    const x = falseAccept[i];
    const y = 1 - trueAccept[i];
    if (x < X_RANGE.min || x > X_RANGE.max || y > Y_RANGE.max) continue;
    const point = `${xOf(x).toFixed(1)},${yOf(y).toFixed(1)}`;
    if (point !== last) points.push(point);
    last = point;
  }
  return points.join(' ');
};

/** Detection error trade-off as an SVG document, both axes on the scale of normal quantiles. */
export const detPlot = (title: string, series: readonly DetSeries[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">`,
    '<style>text{font:13px sans-serif;fill:#222}.grid{stroke:#ddd}.title{font-size:16px}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="28" class="title">${title}</text>`,
    ...axes(),
    ...series.map(
      ({ curves, colour }) =>
        `<polyline points="${path(curves)}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ),
    ...series.map(
      (each, i) =>
        `<text x="${WIDTH - RIGHT - 10}" y="${TOP + 22 + 20 * i}" text-anchor="end" style="fill:${each.colour}">${each.title}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 22}" text-anchor="middle">false acceptance</text>`,
    `<text transform="translate(22 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">false rejection</text>`,
    '</svg>\n',
  ].join('\n');
