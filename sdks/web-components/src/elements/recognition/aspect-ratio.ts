/** Width to height as a number from `0.75`, `3 / 4`, `3/4` or `3:4`; undefined for anything else. */
export function parseAspectRatio(ratio: number | string | undefined): number | undefined {
  const [width, height = 1] = String(ratio ?? '')
    .split(/[/:]/)
    .map((part) => (part.trim() ? Number(part) : Number.NaN));
  const value = (width ?? Number.NaN) / height;
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
