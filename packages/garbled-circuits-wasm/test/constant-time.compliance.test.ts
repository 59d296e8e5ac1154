import { readFileSync } from 'node:fs';
import binaryen from 'assemblyscript/binaryen';
import { describe, expect, it } from 'vitest';

/** Text of each function of the module, by its internal name. */
function functionsOf(text: string): Map<string, string> {
  const functions = new Map<string, string>();
  for (const part of text.split(/^ \(func /m).slice(1)) {
    functions.set(part.slice(0, part.search(/\s|\)/)), part);
  }
  return functions;
}

/** An exported function and all it calls. */
function reachable(text: string, exportName: string): string[] {
  const functions = functionsOf(text);
  const start = new RegExp(`\\(export "${exportName}" \\(func (\\S+?)\\)\\)`).exec(text)?.[1];
  const names = new Set([start ?? '']);
  for (const name of names) {
    for (const [, called] of (functions.get(name) ?? '').matchAll(/\(call (\S+?)[\s)]/g)) names.add(called);
  }
  return [...names].map((name) => functions.get(name) ?? '');
}

/** Instructions that make a number of a vector or of memory. */
const TO_NUMBER =
  /extract_lane|bitmask|any_true|all_true|[if](?:32|64)\.load|reinterpret|call_indirect|global\.get/;

// Covers GC-21. In the AES all keys and blocks are vectors. Addresses and conditions are numbers: if no instruction
// makes a number of a vector or of memory, none of them depends on data.
describe('the AES in the compiled web engine', () => {
  const module = binaryen.readBinary(readFileSync(new URL('../dist/web-engine.wasm', import.meta.url)));
  const text = module.emitText();

  for (const exportName of ['prepareKey', 'encryptGroups']) {
    it(`has no branch and no address that depends on data in ${exportName}`, () => {
      const functions = reachable(text, exportName);
      expect(functions.join('')).toMatch(/v128\.load/);
      for (const body of functions) {
        expect(body.length).toBeGreaterThan(0);
        expect(body).not.toMatch(TO_NUMBER);
      }
    });
  }

  it('would be noticed: the mixing does read colour bits, though it branches on none', () => {
    expect(reachable(text, 'finishGarbling').join('')).toMatch(TO_NUMBER);
    for (const name of ['prepareGarbling', 'finishGarbling', 'prepareEvaluation', 'finishEvaluation']) {
      // One loop over the gates; what is selected by a colour is masked.
      expect(
        reachable(text, name)
          .join('')
          .match(/\(select|br_table|\(if/g)?.length ?? 0,
      ).toBeLessThan(2);
    }
  });
});
