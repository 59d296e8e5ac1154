/** Characters per `String.fromCharCode` call: well under the argument limits of all engines. */
const CHUNK = 8192;

/** String of the given ASCII codes. Internal to this package. */
export function asciiToString(codes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < codes.length; i += CHUNK) {
    text += String.fromCharCode(...codes.subarray(i, i + CHUNK));
  }
  return text;
}
