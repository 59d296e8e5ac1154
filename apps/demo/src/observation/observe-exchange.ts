import type { HttpAnswer, HttpRequest } from '@keyless/sdk-mobile';
import { bytesToUtf8, readU32le, utf8ToBytes } from '@openrecognize/bytes';
import { coreDaemonEndpoints, errorFromBody } from '@openrecognize/contracts';
import type { DeviceStep, Exchange, ExchangeFacts } from './exchange.ts';

type Fields = Record<string, unknown>;

const stepPatterns = (Object.entries(coreDaemonEndpoints) as [DeviceStep, { method: string; path: string }][])
  .filter(([, { path }]) => path.startsWith('/v1/'))
  .map(([step, { method, path }]) => ({
    step,
    method,
    pattern: new RegExp(`^${path.replace(/:[A-Za-z]+/g, '[^/]+')}$`),
  }));

const stepOf = ({ method, path }: HttpRequest): DeviceStep | undefined =>
  stepPatterns.find((known) => known.method === method && known.pattern.test(path))?.step;

const parseFields = (bytes: Uint8Array | string | undefined): Fields => {
  if (bytes === undefined || bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(typeof bytes === 'string' ? bytes : bytesToUtf8(bytes));
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

const base64Length = (value: unknown): number | undefined => {
  const encoded = text(value);
  return encoded === undefined ? undefined : Math.floor((encoded.replace(/=+$/, '').length * 3) / 4);
};
const utf8Length = (value: unknown): number | undefined => {
  const decoded = text(value);
  return decoded === undefined ? undefined : utf8ToBytes(decoded).length;
};

/** Only the fields that are there. */
const present = (
  facts: { readonly [K in keyof ExchangeFacts]: ExchangeFacts[K] | undefined },
): ExchangeFacts => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

/** Count and payload size from the header of a circuit batch (spec 04 §4.1). */
const batchFacts = (body: Uint8Array): ExchangeFacts =>
  body.length < 12 ? {} : { circuits: body[6]!, payloadBytes: readU32le(body, 8) };

/** Label count and JSON header of a step 2 message (spec 04 §4.2); the labels are not looked at. */
const answerFacts = (body: Uint8Array): ExchangeFacts => {
  if (body.length < 16) return {};
  const header = parseFields(body.subarray(16, 16 + readU32le(body, 8)));
  return present({
    labels: readU32le(body, 12),
    circuitIndex: number(header['circuitIndex']),
    userId: text(header['userId']),
    deviceId: text(header['deviceId']),
    transactionBytes: utf8Length(header['transactionData']),
  });
};

const requestFacts = (step: DeviceStep, body: Uint8Array | undefined): ExchangeFacts => {
  if (body === undefined) return {};
  if (step === 'finishAuthentication') return answerFacts(body);
  if (step === 'uploadCircuits' || step === 'uploadEnrollmentCircuits') return batchFacts(body);
  const fields = parseFields(body);
  return present({
    userId: text(fields['userId']),
    deviceId: text(fields['deviceId']),
    nextIndex: number(fields['nextIndex']),
    codeBits: number(fields['codeBits']),
    threshold: number(fields['threshold']),
    sealedBytes: base64Length(fields['sealedTemplate']),
  });
};

const refillCount = (refill: unknown): number | undefined =>
  typeof refill === 'object' && refill !== null ? number((refill as Fields)['count']) : undefined;

const responseFacts = (fields: Fields): ExchangeFacts =>
  present({
    userId: text(fields['userId']),
    deviceId: text(fields['deviceId']),
    circuitIndex: number(fields['circuitIndex']),
    sealedBytes: base64Length(fields['sealedTemplate']),
    jwtBytes: text(fields['signedJwt'])?.length,
    stock: number(fields['stock']),
    refillCircuits: refillCount(fields['refill']),
    lockoutRemainingSeconds: number(fields['lockoutRemainingSeconds']),
  });

/**
 * What may be shown of one request and its answer. Bodies are read while they pass and not kept.
 *
 * @param answer undefined when none came.
 * @returns undefined for a request that is none of the device protocol.
 */
export const observeExchange = (
  request: HttpRequest,
  answer: HttpAnswer | undefined,
  durationMs: number,
): Exchange | undefined => {
  const step = stepOf(request);
  if (step === undefined) return undefined;
  const facts = requestFacts(step, request.body);
  const sentBytes = request.body?.length ?? 0;
  if (answer === undefined || answer.errorCode !== 0) {
    return { step, sentBytes, receivedBytes: 0, status: 0, durationMs, facts };
  }
  const { httpCode: status, responseBody } = answer;
  const receivedBytes =
    typeof responseBody === 'string' ? utf8ToBytes(responseBody).length : responseBody.length;
  const fields = parseFields(responseBody);
  const common = { step, sentBytes, receivedBytes, status, durationMs };
  if (status < 400) return { ...common, facts: { ...facts, ...responseFacts(fields) } };
  const { code, details } = errorFromBody(fields);
  const refusal = present({
    remainingAttempts: number(details['remainingAttempts']),
    lockoutRemainingSeconds: number(details['lockoutRemainingSeconds']),
  });
  return { ...common, errorCode: code, facts: { ...facts, ...refusal } };
};
