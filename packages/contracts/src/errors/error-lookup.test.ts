import { describe, expect, it } from 'vitest';
import { nativeError, nativeErrorFor, sharedErrorFor, webErrorFor } from './index.ts';

describe('webErrorFor', () => {
  it.each([
    ['LOCKED_OUT', 'SERVER_USER_LOCKED_OUT'],
    ['FAILED_TO_AUTHENTICATE_USER', 'SERVER_FACE_DOES_NOT_MATCH'],
    ['NOT_ENOUGH_CIRCUITS', 'SERVER_NO_ATTEMPTS_LEFT'],
    ['SERVICE_UNAVAILABLE', 'SERVER_UNAVAILABLE_SERVICE'],
    ['SERVICE_TIMEOUT', 'SERVER_TIMEOUT'],
    ['CUSTOMER_NOT_FOUND', 'SERVER_CUSTOMER_NOT_FOUND'],
    ['USER_NOT_FOUND', 'SERVER_USER_NOT_FOUND'],
    ['ALREADY_ENROLLED', 'SERVER_USER_ALREADY_ENROLLED'],
    ['FILTER_TRIGGERED', 'SERVER_RECOGNITION_FAILED'],
    ['IMAGE_DECRYPT_FAILED', 'SERVER_IMAGE_ENCRYPT_FAILED'],
  ])('tells a browser of %s as %s', (core, web) => {
    expect(webErrorFor(core).code).toBe(web);
  });

  it.each(['SIGNATURE_INVALID', 'STORE_LOCKED', 'NOT_A_CODE', 'toString'])(
    'tells a browser of %s as an internal error',
    (core) => {
      expect(webErrorFor(core).code).toBe('SERVER_INTERNAL_ERROR');
    },
  );
});

describe('nativeErrorFor', () => {
  it.each([
    ['LOCKED_OUT', 30007],
    ['FAILED_TO_AUTHENTICATE_USER', 30004],
    ['NET_CONNECTION_FAILED', 30005],
    ['USER_CANCELLED', 30003],
    ['ALREADY_ENROLLED', 20001],
    ['NOT_ENROLLED_LOCALLY', 20000],
    ['API_KEY_INVALID', 20012],
    ['CLIENT_STATE_INVALID', 20023],
    ['NOT_A_CODE', 10000],
    ['toString', 10000],
  ])('tells an app of %s as %i on both platforms', (core, number) => {
    expect(nativeErrorFor(core, 'ios').number).toBe(number);
    expect(nativeErrorFor(core, 'android').number).toBe(number);
  });

  it('gives the entry of the platform where the platforms differ', () => {
    expect(nativeErrorFor('CONFIG_INVALID', 'ios')).toMatchObject({ number: 20010, name: 'invalidUserInfo' });
    expect(nativeErrorFor('CONFIG_INVALID', 'android')).toMatchObject({
      number: 20010,
      name: 'configurationFailed',
    });
  });
});

describe('nativeError', () => {
  it('knows which platform has a number', () => {
    expect(nativeError(20002, 'ios')?.name).toBe('storageFailed');
    expect(nativeError(20002, 'android')?.name).toBe('sdkNotConfigured');
    expect(nativeError(20005, 'android')).toBeUndefined();
    expect(nativeError(20013, 'ios')).toBeUndefined();
    expect(nativeError(99999, 'ios')).toBeUndefined();
  });
});

describe('sharedErrorFor', () => {
  it.each([
    [{ surface: 'core', code: 'LOCKED_OUT' }, 3007],
    [{ surface: 'core', code: 'NOT_ENOUGH_CIRCUITS' }, 3005],
    [{ surface: 'web', code: 'SERVER_USER_LOCKED_OUT' }, 3007],
    [{ surface: 'web', code: 'USER_LOCKED_OUT' }, 3007],
    [{ surface: 'web', code: 'MEDIA_STREAM_OVERCONSTRAINED' }, 2003],
    [{ surface: 'web', code: 'WEB_ASSEMBLY_NOT_READY' }, 1014],
    [{ surface: 'native', code: 30004, platform: 'ios' }, 3004],
    [{ surface: 'native', code: 20013, platform: 'android' }, 3001],
    [{ surface: 'native', code: 40002, platform: 'android' }, 6001],
  ] as const)('maps %j to %i', (reference, number) => {
    expect(sharedErrorFor(reference).number).toBe(number);
  });

  it.each([
    { surface: 'core', code: 'NOT_A_CODE' },
    { surface: 'web', code: 'hasOwnProperty' },
    { surface: 'native', code: 20013, platform: 'ios' },
    { surface: 'native', code: Number.NaN, platform: 'ios' },
  ] as const)('maps the unknown %j to 1000', (reference) => {
    expect(sharedErrorFor(reference)).toMatchObject({ number: 1000, code: 'SDK_ERROR' });
  });
});
