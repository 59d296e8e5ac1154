import { describe, expect, it } from 'vitest';
import { decodeWebUserRecord, encodeWebUserRecord, wipeWebUserRecord } from './web-user-record.ts';

const device = Uint8Array.from([...Buffer.from('ZKCS'), 1, 0, 0, 0, ...new Uint8Array(40).fill(7)]);
const backup = new Uint8Array(20).fill(8);
const sealedSeed = new Uint8Array(60).fill(11);
const lastExport = {
  requestSha256: new Uint8Array(32).fill(9),
  expiresAtMs: 1_750_000_000_000,
  answer: new Uint8Array(50).fill(10),
};

describe('the record of a web user', () => {
  it('is the client state itself without backups and seed, as earlier releases stored it', () => {
    expect(encodeWebUserRecord({ device, generatedBackups: 0 })).toEqual(device);
    expect(decodeWebUserRecord(device)).toEqual({ device, generatedBackups: 0 });
  });

  it.each([
    ['a waiting backup', { device, generatedBackups: 1, backup }],
    ['an export', { device, generatedBackups: 1, lastExport }],
    ['both', { device, generatedBackups: 2, backup, lastExport }],
    ['neither any more', { device, generatedBackups: 3 }],
    ['a seed alone', { device, generatedBackups: 0, sealedSeed }],
    ['all of them', { device, generatedBackups: 1, backup, lastExport, sealedSeed }],
  ])('comes back with %s', (_name, record) => {
    expect(decodeWebUserRecord(encodeWebUserRecord(record))).toEqual(record);
  });

  it('has the documented layout', () => {
    const bytes = Buffer.from(encodeWebUserRecord({ device, generatedBackups: 1, backup, sealedSeed }));
    const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
    expect(bytes).toEqual(
      Buffer.concat([
        Buffer.from('ORWU'),
        u32(2),
        u32(1),
        u32(device.length),
        device,
        u32(20),
        backup,
        u32(0),
        u32(0),
        u32(60),
        sealedSeed,
      ]),
    );
  });

  it('is read from its first version, which has no seed', () => {
    const bytes = encodeWebUserRecord({ device, generatedBackups: 1, backup });
    const first = bytes.slice(0, bytes.length - 4);
    first[4] = 1;
    expect(decodeWebUserRecord(first)).toEqual({ device, generatedBackups: 1, backup });
    expect(() => decodeWebUserRecord(Uint8Array.from([...first, 0, 0, 0, 0]))).toThrow();
  });

  it('is refused when it is cut anywhere, longer, or of another version', () => {
    const whole = encodeWebUserRecord({ device, generatedBackups: 1, backup, lastExport });
    const invalid = expect.objectContaining({ code: 'CLIENT_STATE_INVALID' });
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeWebUserRecord(whole.subarray(0, length)), String(length)).toThrow(invalid);
    }
    expect(() => decodeWebUserRecord(Uint8Array.from([...whole, 0, 0, 0, 0]))).toThrow(invalid);
    const newer = whole.slice();
    newer[4] = 3;
    expect(() => decodeWebUserRecord(newer)).toThrow(invalid);
  });

  it('is erased with both of its states', () => {
    const record = { device: device.slice(), generatedBackups: 1, backup: backup.slice() };
    wipeWebUserRecord(record);
    expect([...record.device, ...record.backup].every((byte) => byte === 0)).toBe(true);
  });
});
