/** A function the SDK relies on, as the page has it now. */
interface GuardedFunction {
  readonly name: string;
  read(): unknown;
}

type Owner = Readonly<Record<string, unknown>> | undefined;

/** Taken before other scripts of the page can have changed it, if this module is loaded first. */
const functionToString = Function.prototype.toString;
const reflectApply = Reflect.apply;

const member = (name: string, owner: () => unknown): GuardedFunction => ({
  name,
  read: () => (owner() as Owner)?.[name],
});

/**
 * Where pictures come in, are read, checked, encrypted and leave. `getUserMedia` is read through the instance, which a
 * script may have given a function of its own.
 */
const GUARDED: readonly GuardedFunction[] = [
  member('getUserMedia', () => globalThis.navigator?.mediaDevices),
  member('WebSocket', () => globalThis),
  member('send', () => globalThis.WebSocket?.prototype),
  member('Worker', () => globalThis),
  member('postMessage', () => globalThis.Worker?.prototype),
  member('drawImage', () => globalThis.CanvasRenderingContext2D?.prototype),
  member('getImageData', () => globalThis.CanvasRenderingContext2D?.prototype),
  member('encrypt', () => globalThis.crypto?.subtle),
  member('importKey', () => globalThis.crypto?.subtle),
  member('digest', () => globalThis.crypto?.subtle),
  member('getRandomValues', () => globalThis.crypto),
  member('requestVideoFrameCallback', () => globalThis.HTMLVideoElement?.prototype),
];

const atImport = new Map(GUARDED.map((guarded) => [guarded, guarded.read()]));

/** A function of the browser prints itself so (ECMA-262 §20.2.3.5); a bound one or a proxy has no name there. */
function isNative(value: unknown, name: string): boolean {
  if (typeof value !== 'function') {
    return false;
  }
  const source = reflectApply(functionToString, value, []).replace(/\s+/g, ' ');
  return new RegExp(`^(?:async )?(?:function|class) ${name}\\(?\\)? ?\\{ ?\\[native code\\] ?\\}$`).test(
    source,
  );
}

/**
 * Name of the first guarded function that is no longer the browser's own, or null. It raises the cost of feeding
 * pictures from a script; a script that runs first and knows this check can still get around it.
 */
export function findRuntimeViolation(): string | null {
  for (const guarded of GUARDED) {
    const now = guarded.read();
    const before = atImport.get(guarded);
    if (now !== before || (before !== undefined && !isNative(now, guarded.name))) {
      return guarded.name;
    }
  }
  return null;
}
