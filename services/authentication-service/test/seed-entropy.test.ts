import { prepareEnrollment } from '@openrecognize/zkb/client';
import { generateDeviceKey } from '@openrecognize/zkb/node';
import { describe, expect, it } from 'vitest';
import { createSeedEntropy, openSeedEntropy } from '../src/commands/seed-entropy.ts';
import { tools } from './use-service.ts';

const code = new Uint8Array(256).fill(0x5a);
const stateOf = () =>
  prepareEnrollment(tools, {
    code,
    artifact: { family: 'f', version: '1' },
    threshold: 744,
    publicSigningKey: generateDeviceKey().publicSigningKey,
    circuitCount: 1,
  }).state;

describe('sealed seed entropy (WS-10)', () => {
  const state = stateOf();
  const { seed, sealedSeed } = createSeedEntropy(tools, state, code);
  const refused = expect.objectContaining({ code: 'SEAL_REFUSED' });

  it('opens with the seal key and the enrolled code', () => {
    expect(openSeedEntropy(tools, state, code, sealedSeed)).toEqual(seed);
    expect(seed).toHaveLength(32);
  });

  it('does not open without the very code, which a match alone releases', () => {
    const near = code.slice();
    near[0]! ^= 1;
    expect(() => openSeedEntropy(tools, state, near, sealedSeed)).toThrow(refused);
  });

  it('does not open for another user or epoch, or when it was changed', () => {
    expect(() => openSeedEntropy(tools, stateOf(), code, sealedSeed)).toThrow(refused);
    expect(() => openSeedEntropy(tools, { ...state, epoch: state.epoch + 1 }, code, sealedSeed)).toThrow(
      refused,
    );
    const changed = sealedSeed.slice();
    changed[20]! ^= 1;
    expect(() => openSeedEntropy(tools, state, code, changed)).toThrow(refused);
  });
});
