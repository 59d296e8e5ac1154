// An independent slow reference of spec 04, written from its text on node:crypto and plain arrays. It shares no
// line with src/, so that a wrong derivation there can't hide behind a round trip.
import { createCipheriv, createHash, createHmac } from 'node:crypto';

const hex = (bytes: Uint8Array | Buffer): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();
const u32 = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
};
const u64 = (value: number): Buffer => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt(value));
  return out;
};

/** RFC 5869 §2.3 with L = 32. */
const expand = (key: Buffer, label: string, context: Buffer = Buffer.alloc(0)): Buffer =>
  createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`openrecognize/zkb/v1 ${label}`), context, Buffer.from([1])]))
    .digest();

type Field = Buffer | string | null;
const tuple = (label: string, fields: Field[]): Buffer =>
  Buffer.concat(
    [`openrecognize/zkb/v1 ${label}`, ...fields].map((field) => {
      if (field === null) return Buffer.from('ffffffff', 'hex');
      const bytes = Buffer.from(field as string);
      return Buffer.concat([u32(bytes.length), bytes]);
    }),
  );

const ratchetVector = (chainKeyHex: string, codeBits: number, steps: number) => {
  let chainKey = fromHex(chainKeyHex);
  const circuits = [];
  for (let index = 0; index < steps; index++) {
    const inputKey = expand(chainKey, 'ratchet input');
    const cipher = createCipheriv('aes-256-ctr', inputKey, Buffer.alloc(16));
    const stream = cipher.update(Buffer.alloc(16 * (codeBits + 1)));
    stream[0] = stream.readUInt8(0) | 1;
    circuits.push({
      index,
      chainKey: hex(chainKey),
      delta: hex(stream.subarray(0, 16)),
      firstLabel: hex(stream.subarray(16, 32)),
      labelsSha256: hex(sha256(stream.subarray(16))),
    });
    chainKey = expand(chainKey, 'ratchet chain');
  }
  return { codeBits, circuits };
};

const labelsOf = (chainKeyHex: string, codeBits: number, bitsHex: string): string => {
  const cipher = createCipheriv(
    'aes-256-ctr',
    expand(fromHex(chainKeyHex), 'ratchet input'),
    Buffer.alloc(16),
  );
  const stream = cipher.update(Buffer.alloc(16 * (codeBits + 1)));
  stream[0] = stream.readUInt8(0) | 1;
  const bits = BigInt(`0x${hex(Buffer.from(fromHex(bitsHex)).reverse())}`);
  const out: Buffer[] = [];
  for (let i = 0; i < codeBits; i++) {
    const label = Buffer.from(stream.subarray(16 + 16 * i, 32 + 16 * i));
    if ((bits >> BigInt(i)) & 1n) for (let b = 0; b < 16; b++) label[b] = label[b]! ^ stream[b]!;
    out.push(label);
  }
  return hex(Buffer.concat(out));
};

const sealVector = (input: {
  kind: string;
  userId: string;
  deviceId: string;
  epoch: number;
  sealKey: string;
  nonce: string;
  plaintext: string;
}) => {
  const key = expand(fromHex(input.sealKey), `seal ${input.kind}`, u32(input.epoch));
  const cipher = createCipheriv('aes-256-gcm', key, fromHex(input.nonce));
  cipher.setAAD(tuple(`seal ${input.kind}`, [input.userId, input.deviceId, u32(input.epoch)]));
  const body = Buffer.concat([cipher.update(fromHex(input.plaintext)), cipher.final()]);
  return { ...input, blob: input.nonce + hex(body) + hex(cipher.getAuthTag()) };
};

const spki = '3059301306072a8648ce3d020106082a8648ce3d030107034200'.concat(
  '04',
  '11'.repeat(32),
  '22'.repeat(32),
);
const userId = hex(
  sha256(Buffer.concat([Buffer.from('openrecognize/zkb/v1 user'), fromHex(spki)])),
).toUpperCase();
const deviceId = hex(sha256(fromHex(spki)).subarray(0, 16)).toUpperCase();
const chainKey = 'a0'.repeat(32);
const freshness = { timestampMs: 1_750_000_000_123, requestNonce: '0f'.repeat(16) };
const freshFields: Field[] = [u64(freshness.timestampMs), fromHex(freshness.requestNonce)];
const authenticationId = '01234567-89ab-cdef-0123-456789abcdef';
const serverNonce = '77'.repeat(32);
const labels = '5a'.repeat(1024);
const intent = {
  purpose: 'authenticate',
  transactionData: '{"amount":"12.00 EUR","payee":"Zoë"}',
  audience: 'bank.example',
  operationId: 'op-1',
  operationPayload: 'pay',
  operationExternalUserId: 'ext-1',
} as const;

const userAuthenticationTuple = (withIntent: boolean): string =>
  hex(
    tuple('user-authentication', [
      userId,
      deviceId,
      authenticationId,
      u32(9),
      fromHex(serverNonce),
      sha256(fromHex(labels)),
      'authenticate',
      withIntent ? sha256(intent.transactionData) : null,
      withIntent ? intent.audience : null,
      withIntent ? intent.operationId : null,
      withIntent ? sha256(intent.operationPayload) : null,
      withIntent ? intent.operationExternalUserId : null,
    ]),
  );

const batchVector = (withTokens: boolean) => {
  const payloads = ['aa'.repeat(40), 'bb'.repeat(40)];
  const tokens = ['01'.repeat(32), '02'.repeat(32)];
  const indices = [3, 300];
  const encoded = Buffer.concat([
    Buffer.from('ZKCB'),
    Buffer.from([1, withTokens ? 1 : 0, 2, 0]),
    u32(40),
    ...indices.map(u32),
    ...(withTokens ? tokens.map(fromHex) : []),
    ...payloads.map(fromHex),
  ]);
  return { indices, tokens: withTokens ? tokens : null, payloads, encoded: hex(encoded) };
};

const ticketVector = () => {
  const key = '3c'.repeat(32);
  const grant = { userId, deviceId, fromIndex: 25, count: 3, expiresAtMs: 1_750_000_120_000 };
  const body = Buffer.from(JSON.stringify([userId, deviceId, 25, 3, grant.expiresAtMs]));
  const mac = createHmac('sha256', fromHex(key))
    .update(tuple('refill-ticket', [body]))
    .digest();
  return { key, grant, ticket: Buffer.concat([mac, body]).toString('base64url') };
};

const messageVector = () => {
  const header = { a: 1, text: 'Zoë' };
  const json = Buffer.from(JSON.stringify(header));
  return {
    header,
    labels: '5a'.repeat(32),
    encoded: hex(
      Buffer.concat([Buffer.from('ZKUA'), u32(1), u32(json.length), u32(2), json, Buffer.alloc(32, 0x5a)]),
    ),
  };
};

const consumedCircuitVector = () => {
  const payload = 'c3'.repeat(40);
  const payloadSha256 = sha256(fromHex(payload));
  const encoded = Buffer.concat([
    Buffer.from('ZKCC'),
    Buffer.from([1, 0, 0, 0]),
    u32(24),
    u32(300),
    u32(40),
    payloadSha256,
    fromHex(payload),
  ]);
  return { payload, payloadSha256: hex(payloadSha256), stock: 24, nextFreeIndex: 300, encoded: hex(encoded) };
};

/** All vectors of spec/vectors/zkb.json. */
export const makeZkbVectors = () => ({
  source: 'spec 04; made by the independent reference in packages/zkb/test/reference.ts',
  identifiers: { spki, userId, deviceId },
  ratchet: ratchetVector(chainKey, 64, 4),
  codeLabels: {
    chainKey,
    codeBits: 64,
    bits: '8100ff0f3355aa01',
    labels: labelsOf(chainKey, 64, '8100ff0f3355aa01'),
  },
  sealed: [
    sealVector({
      kind: 'template',
      userId,
      deviceId,
      epoch: 0,
      sealKey: 'c1'.repeat(32),
      nonce: '09'.repeat(12),
      plaintext: '1234',
    }),
    sealVector({
      kind: 'secret',
      userId,
      deviceId,
      epoch: 7,
      sealKey: 'c1'.repeat(32),
      nonce: '0a'.repeat(12),
      plaintext: 'ff'.repeat(40),
    }),
  ],
  matchToken: { label: '6b'.repeat(16), token: hex(sha256(fromHex('6b'.repeat(16)))) },
  signingInputs: {
    freshness,
    beginEnrollment: hex(
      tuple('begin-enrollment', [
        fromHex(spki),
        'SDK',
        'IOS',
        'family',
        '1.0.0',
        u32(2048),
        u32(744),
        u32(0),
        sha256(fromHex('beef')),
        null,
        'op-1',
        sha256('pay'),
        ...freshFields,
      ]),
    ),
    uploadCircuits: hex(tuple('upload-circuits', [authenticationId, sha256(fromHex('00112233'))])),
    commitEnrollment: hex(tuple('commit-enrollment', [authenticationId, ...freshFields])),
    beginAuthentication: hex(tuple('begin-authentication', [userId, deviceId, u32(9), ...freshFields])),
    deviceStatus: hex(tuple('device-status', [userId, deviceId, ...freshFields])),
    userAuthentication: {
      authenticationId,
      circuitIndex: 9,
      serverNonce,
      labels,
      intent,
      full: userAuthenticationTuple(true),
      bare: userAuthenticationTuple(false),
    },
  },
  circuitBatches: [batchVector(true), batchVector(false)],
  consumedCircuit: consumedCircuitVector(),
  userAuthenticationMessage: messageVector(),
  refillTicket: ticketVector(),
});
