/** A promise with its resolver outside. (`Promise.withResolvers` is younger than the oldest supported browser.) */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

export function createDeferred<Value>(): Deferred<Value> {
  let settle: Pick<Deferred<Value>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // The executor has run: ECMA-262 §27.2.3.1 step 9.
  return { promise, ...(settle as Pick<Deferred<Value>, 'resolve' | 'reject'>) };
}
