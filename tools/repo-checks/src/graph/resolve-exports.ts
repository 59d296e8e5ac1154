/**
 * All files an `exports` or `imports` field may lead a subpath to, whatever the condition, type declarations
 * excepted. Every condition counts: a rule must hold in browsers as well as in Node.
 */
export function resolveExports(field: unknown, subpath: string): readonly string[] {
  const table = isSubpathTable(field) ? field : { '.': field };
  if (Object.hasOwn(table, subpath)) return targetsOf(table[subpath], '');
  for (const [pattern, target] of Object.entries(table)) {
    const star = pattern.indexOf('*');
    if (star < 0) continue;
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (!subpath.startsWith(head) || !subpath.endsWith(tail)) continue;
    return targetsOf(target, subpath.slice(head.length, subpath.length - tail.length));
  }
  return [];
}

function isSubpathTable(field: unknown): field is Readonly<Record<string, unknown>> {
  return isRecord(field) && Object.keys(field).some((key) => key.startsWith('.') || key.startsWith('#'));
}

function targetsOf(target: unknown, star: string): readonly string[] {
  if (typeof target === 'string') return [target.replaceAll('*', star)];
  if (Array.isArray(target)) return target.flatMap((item) => targetsOf(item, star));
  if (!isRecord(target)) return [];
  return Object.entries(target).flatMap(([condition, value]) =>
    condition === 'types' ? [] : targetsOf(value, star),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
