import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from './catalogue-entry.ts';
import {
  AGENT_ERRORS,
  CORE_ERRORS,
  LOG_ERRORS,
  NATIVE_ERRORS,
  type NativeErrorRow,
  nativeError,
  SHARED_ERRORS,
  WEB_ERRORS,
} from './index.ts';

// These lists are typed by hand from the published surface, not derived from the tables: a lost code fails here.
const words = (text: string) => text.trim().split(/\s+/).sort();

const CORE_CODES = words(`
  PROTOCOL_INVALID_MESSAGE FAILED_TO_AUTHENTICATE_USER NO_SUCH_CIRCUIT_ID LOCKED_OUT USER_NOT_FOUND DEVICE_NOT_FOUND
  BAD_REQUEST MAX_NUMBER_OF_DEVICES_REACHED NET_CONNECTION_FAILED ALREADY_ENROLLED NOT_ENROLLED_LOCALLY INVALID_INPUT
  JWKS_URI_NOT_HTTPS IAM_TOKEN_INVALID
  UNKNOWN_ERROR AUTH_METHOD_NOT_ENABLED NOT_ENOUGH_CIRCUITS CUSTOMER_NOT_FOUND API_KEY_MISSING API_KEY_INVALID
  API_KEY_WRONG_KIND SERVICE_KEY_INVALID FORBIDDEN OPERATOR_CREDENTIALS_INVALID OPERATOR_SESSION_INVALID
  NOT_FOUND METHOD_NOT_ALLOWED NOT_ACCEPTABLE CONFLICT PAYLOAD_TOO_LARGE
  UNSUPPORTED_MEDIA_TYPE TOO_MANY_REQUESTS AUTHENTICATION_BUSY INTERNAL_ERROR SERVICE_UNAVAILABLE SERVICE_TIMEOUT
  STORAGE_UNAVAILABLE SIGNATURE_INVALID REQUEST_EXPIRED REPLAY_REFUSED RESERVATION_EXPIRED CIRCUIT_CORRUPT
  TICKET_INVALID ENROLLMENT_NOT_FOUND ENROLLMENT_EXPIRED ENROLLMENT_INCOMPLETE ARTIFACT_MISMATCH JWT_INVALID
  JWT_SIGN_FAILED OPERATION_ALREADY_EXISTS IMAGE_EMPTY IMAGE_FORMAT_INVALID IMAGE_TOO_LARGE IMAGE_DECRYPT_FAILED
  FILTER_TRIGGERED ONLINE_MODE_NOT_CONFIGURED MODEL_MISSING MODEL_HASH_MISMATCH BIOMETRIC_POOL_BUSY
  BIOMETRIC_POOL_CLOSED CLIENT_STATE_INVALID CONFIG_INVALID STORE_LOCKED STORE_CORRUPT USER_CANCELLED
  USER_AUTHORIZATION_INVALID BYTES_INVALID_ENCODING CLIENT_STATE_NOT_AVAILABLE CLIENT_STATE_DECRYPT_FAILED
  MAX_NUMBER_OF_CLIENT_STATES_REACHED`);

const KEYLESS_ERROR_ENUM = words(`
  FRAME_RESULTS_SET_UNSET OPTIONS_UNSET VIDEO_ELEMENT_UNSET VIDEO_ELEMENT_EVENT_LISTENERS_UNSET
  WEB_SOCKET_MESSAGE_SET_UNSET MEDIA_DEVICES_EMPTY_VIDEO_INPUT_LABEL MEDIA_DEVICES_NO_VIDEO_INPUTS MEDIA_STREAM_ABORT
  MEDIA_STREAM_INVALID_STATE MEDIA_STREAM_NOT_ALLOWED MEDIA_STREAM_NOT_FOUND MEDIA_STREAM_NOT_READABLE
  MEDIA_STREAM_OVERCONSTRAINED MEDIA_STREAM_SECURITY MEDIA_STREAM_TYPE MEDIA_STREAM_UNSET SERVER_CUSTOMER_NOT_FOUND
  SERVER_FACE_DOES_NOT_MATCH SERVER_FORBIDDEN SERVER_IMAGE_ENCRYPT_FAILED SERVER_INTERNAL_ERROR
  SERVER_NO_ATTEMPTS_LEFT SERVER_RECOGNITION_FAILED SERVER_TIMEOUT SERVER_UNAVAILABLE_SERVICE
  SERVER_UNPROCESSABLE_EVENT SERVER_USER_ALREADY_ENROLLED SERVER_USER_NOT_FOUND SERVER_USER_LOCKED_OUT
  SERVER_VALIDATION_FAILED SESSION_MANAGER_NOT_NULL SESSION_MANAGER_NULL CREATE_MEDIA_STREAM_ARGS_UNSET EXCEPTION
  RUNTIME_VIOLATION SYMBOL_DESCRIPTION_UNSET SESSION_ID_UNSET CUSTOMER_UNSET KEY_DECODE_FAILED KEY_UNSET KEY_ID_UNSET
  USERNAME_UNSET WEB_SOCKET_URL_PARSE_FAILED WEB_SOCKET_URL_UNSET WEB_ASSEMBLY_ABORTED WEB_ASSEMBLY_FACTORY_FAILED
  WEB_ASSEMBLY_IMPORT_FAILED WEB_ASSEMBLY_NOT_READY WEB_ASSEMBLY_MODULE_NOT_FOUND WEB_SOCKET_ERROR WEB_SOCKET_OPEN
  WEB_SOCKET_TIMEOUT WEB_SOCKET_UNEXPECTED_CLOSE`);

const COMPONENTS_ERROR_ENUM = words('QUEUE_UNSET SYMBOL_UNSET NONCANCELABLE');

const NEWER_WEB_CODES = words(`
  SERVER_INVALID_REQUEST SERVER_INVALID_RESPONSE SERVER_INVALID_STATE SESSION_MEDIA_STREAM_TIMEOUT SERVICE_URL_UNSET
  SERVICE_URL_PARSE_FAILED SESSION_DATABASE_ERROR SESSION_MEDIA_STREAM_UNSET USER_LOCKOUT_EXPIRATION_UNSET
  GET_VIDEO_MEDIA_DEVICES_ARGS_UNSET SLUG_UNSUPPORTED`);

const OTHER_WEB_CODES = words('MEDIA_DEVICES_EMPTY_AUDIO_INPUT_LABEL USER_LOCKED_OUT');

const SHARED_CODES = words(`
  1000:SDK_ERROR 1001:SDK_NOT_CONFIGURED 1002:SDK_INVALID_CONFIGURATION 1003:SDK_LOGGING_CONFIGURATION_FAILED
  1004:SDK_STORAGE_FAILED 1005:SDK_USER_CANCELLED 1006:SDK_TIMEOUT 1007:SDK_NO_NETWORK_CONNECTION
  1008:SDK_DYNAMIC_LINKING_PAYLOAD_MALFORMED 1009:SDK_ARTIFACT_RETRIEVE_FAILED 1010:SDK_INVALID_CLIENT_STATE
  1011:SDK_WEB_SOCKET_ERROR 1012:SDK_OUTDATED_APP 1013:SDK_WEB_ASSEMBLY_IMPORT_FAILED
  1014:SDK_WEB_ASSEMBLY_IMPORT_NOT_FULFILLED 1015:SDK_WEB_ASSEMBLY_ERROR 1016:SDK_INVALID_CUSTOMER_PROPERTIES
  2000:CAMERA_ERROR 2001:CAMERA_NOT_FOUND 2002:CAMERA_PERMISSION_DENIED 2003:CAMERA_NOT_SUPPORTED
  3000:CORE_ERROR 3001:CORE_NOT_ENOUGH_API_KEY_SEATS 3002:CORE_USER_ALREADY_ENROLLED 3003:CORE_USER_NOT_ENROLLED
  3004:CORE_FACE_NOT_MATCHING 3005:CORE_NOT_ENOUGH_CIRCUITS 3006:CORE_SECRET_NOT_FOUND 3007:CORE_USER_LOCKED_OUT
  3008:CORE_CUSTOMER_NOT_FOUND 4000:BIOM_ERROR 4001:BIOM_REJECTED 4002:BIOM_GENUINE_PRESENCE_NOT_ESTABLISHED
  4003:BIOM_LIVENESS_ENVIRONMENT_AWARE_NOT_SUPPORTED 4004:BIOM_DEVICE_ENVIRONMENT_AWARE_NOT_SUPPORTED
  5000:SERVER_ERROR 5001:SERVER_ENCRYPTION_FAILED 5002:SERVER_RECOGNITION_FAILED 5003:SERVER_AUTHORIZATION_FAILED
  5004:SERVER_TIMEOUT 6000:SECURITY_ERROR 6001:SECURITY_DEVICE_NOT_GENUINE`);

const NATIVE_IOS_AND_ANDROID = words(`
  507 512 514 523 534 535 537 539 1004 1124 1131 1134 1142 1167 10000 10001 10003 10004 10005 10006 10100 10200
  20000 20001 20002 20003 20004 20006 20008 20010 20012 20017 20021 20022 20023 20024 20150 20300
  30000 30001 30002 30003 30004 30005 30006 30007 30008 30009 30010 40000 40001 40002`);
const NATIVE_IOS_ONLY = words('20005 20007');
const NATIVE_ANDROID_ONLY = words('20013 20019');

const LOG_LINES = [
  '[SERVICE-NAME] service returned error: *',
  'node-persistence.default.svc.cluster.local/circuit-storage-2.default.svc.cluster.local/…',
  'Cannot deserialize value of type java.time.LocalDateTime…',
  'ServletOutputStream failed to flush: java.nio.channels.ClosedChannelException',
  'Application run failed',
  'HikariPool-1 - Exception during pool initialization',
  'HHH100501: Exception executing batch/Batch entry/Error: duplicate key…',
  'Persisting circuit on S3 failed. [circuitId=*]',
  'Error while deleting some circuits',
  'Node persistence returned an unexpected status 500',
  'Node persistence thrown exception: node-persistence.default.svc.cluster.local',
  'Failed JWT token sign',
];

const nativeRows: readonly (readonly [string, NativeErrorRow])[] =
  Object.entries<NativeErrorRow>(NATIVE_ERRORS);
const platformsOf = (number: string) =>
  (['ios', 'android'] as const).filter((platform) => nativeError(Number(number), platform) !== undefined);
const nativeEntries = nativeRows.flatMap(([number, row]) =>
  Object.entries(row).map(([platform, entry]) => [`${number} ${platform}`, entry as CatalogueEntry] as const),
);

const surfaces: Readonly<Record<string, readonly (readonly [string, CatalogueEntry])[]>> = {
  core: Object.entries(CORE_ERRORS),
  web: Object.entries(WEB_ERRORS),
  shared: Object.entries(SHARED_ERRORS),
  native: nativeEntries,
  agent: Object.entries(AGENT_ERRORS),
  log: Object.entries(LOG_ERRORS),
};
const sharedNumbers = new Set<number>(Object.values(SHARED_ERRORS).map((entry) => entry.number));

describe('the error catalogue is complete', () => {
  it('lists exactly the wire codes', () => {
    expect(Object.keys(CORE_ERRORS).sort()).toEqual(CORE_CODES);
  });

  it('lists exactly the codes of the two public web enums', () => {
    const inEnum = (name: string | null) =>
      Object.entries(WEB_ERRORS)
        .filter(([, entry]) => entry.enumeration === name)
        .map(([code]) => code)
        .sort();
    expect(inEnum('KeylessError')).toEqual(KEYLESS_ERROR_ENUM);
    expect(inEnum('KeylessComponentsError')).toEqual(COMPONENTS_ERROR_ENUM);
    expect(inEnum(null)).toEqual([...NEWER_WEB_CODES, ...OTHER_WEB_CODES].sort());
  });

  it('marks exactly the newer web codes as newer', () => {
    const newer = surfaces['web']!.filter(([, entry]) => entry.marker === 'newer').map(([code]) => code);
    expect(newer.sort()).toEqual(NEWER_WEB_CODES);
    expect(WEB_ERRORS.USER_LOCKED_OUT.marker).toBe('legacy');
  });

  it('lists exactly the shared model', () => {
    const listed = Object.entries(SHARED_ERRORS).map(([code, entry]) => `${entry.number}:${code}`);
    expect(listed.sort()).toEqual(SHARED_CODES);
  });

  it('lists exactly the native numbers of each platform', () => {
    const withPlatforms = (...wanted: readonly string[]) =>
      Object.keys(NATIVE_ERRORS)
        .filter((number) => platformsOf(number).join() === wanted.join())
        .sort();
    expect(withPlatforms('ios', 'android')).toEqual(NATIVE_IOS_AND_ANDROID);
    expect(withPlatforms('ios')).toEqual(NATIVE_IOS_ONLY);
    expect(withPlatforms('android')).toEqual(NATIVE_ANDROID_ONLY);
  });

  it('lists exactly the statuses of the agent', () => {
    const current = Object.values<CatalogueEntry>(AGENT_ERRORS).filter((entry) => entry.marker !== 'legacy');
    expect(current.map((entry) => entry.httpStatus)).toEqual([400, 409, 422, 429, 500]);
    expect(Object.keys(AGENT_ERRORS)).toContain('KL_BIOM_ERROR_FILTER_TRIGGERED');
    expect(Object.keys(AGENT_ERRORS)).toContain('KL_BIOM_ERROR_BAD_INPUT');
  });

  it('lists exactly the log lines of the troubleshooting guide', () => {
    expect(Object.values(LOG_ERRORS).map((entry) => entry.productMessage)).toEqual(LOG_LINES);
  });
});

describe('the error catalogue is consistent', () => {
  it('uses a number once within a surface', () => {
    for (const [surface, entries] of Object.entries(surfaces)) {
      if (surface === 'native') continue;
      const numbers = entries.map(([, entry]) => entry.number);
      expect(new Set(numbers).size, surface).toBe(numbers.length);
    }
  });

  it('repeats the key of a native row in its entries', () => {
    for (const [key, entry] of nativeEntries) expect(key.split(' ')[0]).toBe(String(entry.number));
  });

  it('refers to shared numbers that exist', () => {
    for (const [surface, entries] of Object.entries(surfaces)) {
      for (const [code, entry] of entries) {
        expect(sharedNumbers, `${surface} ${code}`).toContain(entry.shared);
      }
    }
  });

  it('refers to web codes that exist and to native numbers both platforms have (spec 06 ER-12)', () => {
    const webCodes = Object.keys(WEB_ERRORS);
    for (const entry of Object.values(CORE_ERRORS)) {
      if (entry.web !== null) expect(webCodes).toContain(entry.web);
      expect(platformsOf(String(entry.native))).toEqual(['ios', 'android']);
    }
  });

  it('gives the wire codes an agent answer stands for the status of that answer', () => {
    for (const agent of Object.values(AGENT_ERRORS)) {
      for (const core of agent.core) expect(CORE_ERRORS[core].httpStatus, core).toBe(agent.httpStatus);
    }
  });

  it('keeps a product log line verbatim unless it names Java parts (spec 06 ER-13)', () => {
    for (const entry of Object.values(LOG_ERRORS)) {
      const fixedStart = (text: string) => text.split(/[*{\d…]|SERVICE-NAME|node-persistence\./)[0];
      if (!entry.isJavaSpecific) expect(fixedStart(entry.template)).toBe(fixedStart(entry.productMessage));
      expect(entry.template).not.toMatch(/java\.|Hikari|HHH\d|Servlet/);
    }
  });

  it('explains every code in one sentence of meaning and one of next step', () => {
    for (const entries of Object.values(surfaces)) {
      for (const [code, entry] of entries) {
        expect(entry.meaning, code).toMatch(/^[A-Z].{9,}\.$/);
        expect(entry.nextStep, code).toMatch(/^[A-Z].{5,}\.$/);
      }
    }
  });

  it('names no HTTP status outside of the error range (spec 06 ER-5)', () => {
    for (const entries of Object.values(surfaces)) {
      for (const [code, { httpStatus }] of entries) {
        if (httpStatus !== null) expect(httpStatus >= 400 && httpStatus < 600, code).toBe(true);
      }
    }
  });
});

describe('retry advice', () => {
  it('is given for exactly the failures that pass by themselves (spec 06 ER-10)', () => {
    const retryable = surfaces['core']!.filter(([, entry]) => entry.retryable).map(([code]) => code);
    expect(retryable.sort()).toEqual(
      words(`
        NET_CONNECTION_FAILED TOO_MANY_REQUESTS AUTHENTICATION_BUSY SERVICE_UNAVAILABLE SERVICE_TIMEOUT
        STORAGE_UNAVAILABLE RESERVATION_EXPIRED CIRCUIT_CORRUPT JWT_SIGN_FAILED BIOMETRIC_POOL_BUSY
        BIOMETRIC_POOL_CLOSED`),
    );
  });
});

describe('error numbers', () => {
  it('are those frozen in spec/vectors/error-numbers.json (spec 06 ER-1, ER-2)', () => {
    const frozen: unknown = JSON.parse(
      readFileSync(new URL('../../../../spec/vectors/error-numbers.json', import.meta.url), 'utf8'),
    );
    const numbers = (entries: readonly (readonly [string, CatalogueEntry])[]) =>
      Object.fromEntries(entries.map(([code, entry]) => [code, entry.number]));
    expect(frozen).toEqual({
      core: numbers(surfaces['core']!),
      web: numbers(surfaces['web']!),
      shared: numbers(surfaces['shared']!),
      native: Object.fromEntries(
        nativeRows.map(([number, row]) => [
          number,
          Object.fromEntries(Object.entries(row).map(([platform, entry]) => [platform, entry.name])),
        ]),
      ),
      agent: numbers(surfaces['agent']!),
      log: numbers(surfaces['log']!),
    });
  });

  it('lie in the band of their surface (spec 06 ER-3)', () => {
    const productCore = new Set([507, 512, 514, 523, 534, 535, 537, 539, 1004, 1124, 1131, 1134, 1142, 1167]);
    const bands: Readonly<Record<string, (number: number) => boolean>> = {
      core: (number) => productCore.has(number) || (number >= 600 && number <= 699),
      web: (number) => number >= 7001 && number <= 7499,
      log: (number) => number >= 8101 && number <= 8499,
      agent: (number) => number >= 9400 && number <= 9599,
    };
    for (const [surface, isInBand] of Object.entries(bands)) {
      for (const [code, entry] of surfaces[surface]!) expect(isInBand(entry.number), code).toBe(true);
    }
  });
});
