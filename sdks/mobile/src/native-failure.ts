import type { NativePlatform } from '@openrecognize/contracts';

/** A failure that has a number of its own, on one platform or another, and no wire code. Internal. */
export class NativeFailure extends Error {
  override readonly name = 'NativeFailure';
  readonly numbers: Readonly<Record<NativePlatform, number>>;

  constructor(
    numbers: number | Readonly<Record<NativePlatform, number>>,
    options: { readonly message?: string; readonly cause?: unknown } = {},
  ) {
    super(options.message, 'cause' in options ? { cause: options.cause } : undefined);
    this.numbers = typeof numbers === 'number' ? { ios: numbers, android: numbers } : numbers;
  }
}
