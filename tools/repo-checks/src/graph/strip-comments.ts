/**
 * Blanks out comments and the text of template literals and keeps all else, line breaks included, so that a search
 * for import statements does not find the examples in documentation. Handles what the TypeScript compiler emits.
 */
export function stripComments(source: string): string {
  let result = '';
  let position = 0;
  /** Brace depth at which each open `${` of a template ends. */
  const templateDepths: number[] = [];
  let depth = 0;
  const take = (end: number, keep: boolean) => {
    const part = source.slice(position, end);
    result += keep ? part : part.replace(/[^\n]/g, ' ');
    position = end;
  };
  while (position < source.length) {
    const character = source[position];
    const next = source[position + 1];
    if (character === '/' && next === '/') {
      take(indexAfter(source, '\n', position), false);
    } else if (character === '/' && next === '*') {
      take(indexAfter(source, '*/', position + 2), false);
    } else if (character === "'" || character === '"') {
      take(endOfQuoted(source, position, character), true);
    } else if (character === '`' || (character === '}' && templateDepths.at(-1) === depth)) {
      if (character === '}') templateDepths.pop();
      const end = endOfTemplateText(source, position + 1);
      if (source[end - 1] === '{') templateDepths.push(depth);
      take(end, false);
    } else if (character === '/' && startsRegExp(result)) {
      take(endOfRegExp(source, position), false);
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      take(position + 1, true);
    }
  }
  return result;
}

function indexAfter(source: string, terminator: string, from: number): number {
  const index = source.indexOf(terminator, from);
  return index < 0 ? source.length : index + terminator.length;
}

function endOfQuoted(source: string, start: number, quote: string): number {
  for (let index = start + 1; index < source.length; index += 1) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === quote || source[index] === '\n') return index + 1;
  }
  return source.length;
}

/** Index after the closing backtick, or after the `${` that interrupts the text. */
function endOfTemplateText(source: string, start: number): number {
  for (let index = start; index < source.length; index += 1) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === '`') return index + 1;
    else if (source[index] === '$' && source[index + 1] === '{') return index + 2;
  }
  return source.length;
}

function endOfRegExp(source: string, start: number): number {
  let isInClass = false;
  for (let index = start + 1; index < source.length && source[index] !== '\n'; index += 1) {
    if (source[index] === '\\') index += 1;
    else if (source[index] === '[') isInClass = true;
    else if (source[index] === ']') isInClass = false;
    else if (source[index] === '/' && !isInClass) return index + 1;
  }
  return start + 1;
}

/** A slash begins a regular expression where no value can stand before it. */
function startsRegExp(before: string): boolean {
  const text = before.slice(-40).trimEnd();
  return (
    text === '' ||
    /[(,=:[!&|?{};+\-*%<>~^]$/.test(text) ||
    /\b(?:return|typeof|case|in|of|void|yield|await)$/.test(text)
  );
}
