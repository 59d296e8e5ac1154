/** What a suite needs of a test runner; vitest's own functions fit. */
export interface TestPrimitives {
  describe(title: string, body: () => void): void;
  it(title: string, body: () => void): void;
  expect(actual: unknown): {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
  };
}

/** The `code` of the error `action` throws, `undefined` when it throws none or one without a code. */
export function thrownCode(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}
