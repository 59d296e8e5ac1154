import type { ClientState } from '@openrecognize/zkb/client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useWebService } from './use-web-service.ts';

/** Secrets of client states in the clear, as they left the codec or went into it. */
const secrets = vi.hoisted(() => [] as Uint8Array[]);

vi.mock('@openrecognize/zkb/client', async (importOriginal) => {
  const real = await importOriginal<typeof import('@openrecognize/zkb/client')>();
  const noteState = ({ chainKey, sealKey }: ClientState): void => void secrets.push(chainKey, sealKey);
  return {
    ...real,
    encodeClientState: (...args: Parameters<typeof real.encodeClientState>) => {
      const encoded = real.encodeClientState(...args);
      secrets.push(encoded);
      return encoded;
    },
    decodeClientState: (encoded: Uint8Array) => {
      const decoded = real.decodeClientState(encoded);
      noteState(decoded.state);
      secrets.push(encoded, decoded.privateKey);
      return decoded;
    },
  };
});

const { current, attempt } = useWebService();

beforeEach(() => {
  secrets.length = 0;
});

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const allWiped = (): Promise<void> =>
  // The refill, which goes on behind the answer, needs its state.
  vi.waitFor(() => {
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.map(isZero)).not.toContain(false);
  }, 5_000);
const enroll = () => attempt('ann', { flow: 'enroll' });

describe('what a session leaves in memory (WS-12)', () => {
  it('is no client state after an enrollment', async () => {
    expect((await enroll()).verdict).toMatchObject({ type: 'finished' });
    await allWiped();
  });

  it('is none after a match that released the seed entropy', async () => {
    await enroll();
    expect((await attempt('ann', { seedEntropy: true })).verdict).toMatchObject({ type: 'finished' });
    await allWiped();
  });

  it('is none after a face that is another', async () => {
    await enroll();
    expect((await attempt('eve')).verdict).toMatchObject({ code: 'SERVER_FACE_DOES_NOT_MATCH' });
    await allWiped();
  });

  it('is none after a match that had to start over', async () => {
    await enroll();
    const [user] = [...current.fake.users.values()];
    const { putClientState } = current.matching.backend;
    let calls = 0;
    Object.assign(current.matching.backend, {
      putClientState: async (...args: Parameters<typeof putClientState>) => {
        if (calls++ === 0) user!.version = 7;
        return putClientState(...args);
      },
    });
    expect((await attempt('ann')).verdict).toMatchObject({ type: 'finished' });
    expect(calls).toBeGreaterThan(1);
    await allWiped();
  });
});
