/** What the SDK uses of the language and its hosts that older Hermes releases lack. */
interface Host {
  TextEncoder?: unknown;
  TextDecoder?: unknown;
}

/** UTF-8 of well-formed text (RFC 3629). */
class Utf8Encoder {
  encode(text: string): Uint8Array {
    const escaped = encodeURIComponent(text);
    const bytes: number[] = [];
    for (let i = 0; i < escaped.length; i++) {
      const isEscape = escaped[i] === '%';
      bytes.push(isEscape ? Number.parseInt(escaped.slice(i + 1, i + 3), 16) : escaped.charCodeAt(i));
      if (isEscape) i += 2;
    }
    return Uint8Array.from(bytes);
  }
}

/** Strict: throws for anything but well-formed UTF-8, and keeps a byte order mark. */
class Utf8Decoder {
  decode(bytes: Uint8Array): string {
    let escaped = '';
    for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`;
    return decodeURIComponent(escaped);
  }
}

function isWellFormed(this: string): boolean {
  try {
    encodeURIComponent(this);
    return true;
  } catch {
    return false;
  }
}

/** Fills the gaps of the host, and nothing it has. Runs once, when the package is imported. */
export const fillRuntimeGaps = (host: Host = globalThis as Host): void => {
  host.TextEncoder ??= Utf8Encoder;
  host.TextDecoder ??= Utf8Decoder;
  if (typeof String.prototype.isWellFormed === 'function') return;
  Object.defineProperty(String.prototype, 'isWellFormed', {
    value: isWellFormed,
    configurable: true,
    writable: true,
  });
};

fillRuntimeGaps();
