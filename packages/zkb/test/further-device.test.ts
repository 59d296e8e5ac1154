import { describe, expect, it } from 'vitest';
import { openEnrollment, prepareEnrollment } from '../src/client/index.ts';
import { deriveDeviceId, deriveUserId } from '../src/messages/index.ts';
import { generateDeviceKey, nodeCryptoSuite } from '../src/node/index.ts';
import { toolsOf } from './scenario.ts';

const prepare = (userId?: string) => {
  const tools = toolsOf('further device');
  const { publicSigningKey } = generateDeviceKey();
  const prepared = prepareEnrollment(tools, {
    code: tools.random(16),
    artifact: { family: 'test', version: '1' },
    threshold: 40,
    publicSigningKey,
    circuitCount: 1,
    userId,
  });
  return { prepared, publicSigningKey };
};

describe('a further device of a user', () => {
  const founder = deriveUserId(nodeCryptoSuite, generateDeviceKey().publicSigningKey);

  it('belongs to the user of the first one, and keeps a device id of its own (spec 04 ZK-1)', () => {
    const { prepared, publicSigningKey } = prepare(founder);
    expect(prepared.state.userId).toBe(founder);
    expect(prepared.state.deviceId).toBe(deriveDeviceId(nodeCryptoSuite, publicSigningKey));
  });

  it('is abandoned when the server opens it for another user', () => {
    const { prepared, publicSigningKey } = prepare(founder);
    const { deviceId } = prepared.state;
    const ownUserId = deriveUserId(nodeCryptoSuite, publicSigningKey);
    expect(openEnrollment(prepared, { enrollmentId: 'e', userId: founder, deviceId }).phase).toBe('open');
    expect(() => openEnrollment(prepared, { enrollmentId: 'e', userId: ownUserId, deviceId })).toThrow(
      expect.objectContaining({ code: 'IDENTITY_MISMATCH' }),
    );
  });

  it('founds a user of its own when none is named', () => {
    const { prepared, publicSigningKey } = prepare();
    expect(prepared.state.userId).toBe(deriveUserId(nodeCryptoSuite, publicSigningKey));
  });
});
