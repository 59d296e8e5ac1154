import { bytesToUtf8, readU32le, utf8ToBytes, writeU32le } from '@openrecognize/bytes';
import { ProtocolError } from '../protocol-error.ts';

/** A decoded step 2 message. `header` is unvalidated JSON; `labels` is a view into the message. */
export interface UserAuthenticationMessage {
  readonly header: unknown;
  readonly labels: Uint8Array;
}

const magic = 0x4155_4b5a; // "ZKUA", little-endian
const prefixBytes = 16;
const labelBytes = 16;
const maxHeaderBytes = 65_536;
const maxLabels = 4_096;

const malformed = (what: string): ProtocolError =>
  new ProtocolError('MESSAGE_MALFORMED', `user authentication message: ${what}`);

/**
 * Encodes step 2 (spec 04 §4.2): magic, version, three zero bytes, header length, label count, JSON header, labels.
 *
 * @param labels 16 bytes each; copied.
 * @throws ProtocolError MESSAGE_TOO_LARGE
 */
export const encodeUserAuthentication = (header: object, labels: Uint8Array): Uint8Array => {
  const json = utf8ToBytes(JSON.stringify(header));
  if (json.length > maxHeaderBytes) throw new ProtocolError('MESSAGE_TOO_LARGE', 'header over 65,536 bytes');
  if (labels.length % labelBytes !== 0 || labels.length > labelBytes * maxLabels) throw malformed('labels');
  const out = new Uint8Array(prefixBytes + json.length + labels.length);
  writeU32le(out, magic, 0);
  out[4] = 1;
  writeU32le(out, json.length, 8);
  writeU32le(out, labels.length / labelBytes, 12);
  out.set(json, prefixBytes);
  out.set(labels, prefixBytes + json.length);
  return out;
};

/**
 * Strict inverse: exact length, JSON that parses (spec 04 ZK-9).
 *
 * @throws ProtocolError MESSAGE_MALFORMED
 */
export const decodeUserAuthentication = (bytes: Uint8Array): UserAuthenticationMessage => {
  if (bytes.length < prefixBytes) throw malformed('too short');
  if (readU32le(bytes, 0) !== magic || readU32le(bytes, 4) !== 1) throw malformed('magic or version');
  const jsonBytes = readU32le(bytes, 8);
  const labelCount = readU32le(bytes, 12);
  if (jsonBytes > maxHeaderBytes || labelCount < 1 || labelCount > maxLabels) throw malformed('sizes');
  if (bytes.length !== prefixBytes + jsonBytes + labelBytes * labelCount) throw malformed('length');
  const labels = bytes.subarray(prefixBytes + jsonBytes);
  let header: unknown;
  try {
    header = JSON.parse(bytesToUtf8(bytes.subarray(prefixBytes, prefixBytes + jsonBytes)));
  } catch {
    throw malformed('header is no JSON');
  }
  return { header, labels };
};
