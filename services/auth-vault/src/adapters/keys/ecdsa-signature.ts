/** Bytes of r and of s for P-256. */
const COORDINATE_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

const malformed = (): Error => new Error('the key service answered no DER signature of P-256');

/** A DER integer at `offset` as 32 bytes, and where the next element begins. */
const readInteger = (der: Uint8Array, offset: number, into: Uint8Array): number => {
  const length = der[offset + 1] ?? 0;
  const end = offset + 2 + length;
  if (der[offset] !== INTEGER || length < 1 || length > COORDINATE_BYTES + 1 || end > der.length) {
    throw malformed();
  }
  const content = der.subarray(offset + 2, end);
  const isNegative = content[0]! >= 0x80;
  const isPadded = content[0] === 0 && length > 1;
  if (isNegative || (isPadded && content[1]! < 0x80) || (length > COORDINATE_BYTES && !isPadded)) {
    throw malformed();
  }
  const digits = isPadded ? content.subarray(1) : content;
  into.set(digits, COORDINATE_BYTES - digits.length);
  return end;
};

/**
 * ECDSA-Sig-Value (RFC 3279 §2.2.3), strictly DER, as the 64 bytes a JWS wants (RFC 7518 §3.4).
 *
 * @throws Error for anything else
 */
export const derToP1363 = (der: Uint8Array): Uint8Array => {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) throw malformed();
  const signature = new Uint8Array(2 * COORDINATE_BYTES);
  const next = readInteger(der, 2, signature.subarray(0, COORDINATE_BYTES));
  if (readInteger(der, next, signature.subarray(COORDINATE_BYTES)) !== der.length) throw malformed();
  return signature;
};
