import type { Service } from '@openrecognize/service-kit';
import { BreakerOpenError, type CircuitBreaker } from '../../circuit-breaker.ts';
import { trySigningKey } from '../../commands/jwt-signer.ts';
import type { SigningKey } from '../../ports/signing-key.ts';

/** A key behind a breaker, with its times and its state as metrics and as readiness of the service. */
export const guardSigningKey = (
  key: SigningKey,
  breaker: CircuitBreaker,
  service: Pick<Service, 'metrics' | 'readiness'>,
): SigningKey => {
  const seconds = service.metrics.histogram({
    name: 'openrecognize_signing_key_seconds',
    help: 'Time of one signature by the current signing key',
    labels: ['outcome'],
  });
  service.metrics.gauge({
    name: 'openrecognize_signing_key_usable',
    help: '0 while the signing key is not asked because its last uses failed',
    collect: (gauge) => gauge.set(breaker.isOpen ? 0 : 1),
  });
  const guarded: SigningKey = {
    publicKey: key.publicKey,
    get usable() {
      return !breaker.isOpen || breaker.mayTry;
    },
    sign: (message) =>
      breaker.run(async () => {
        const end = seconds.startTimer();
        try {
          const signature = await key.sign(message);
          end({ outcome: 'success' });
          return signature;
        } catch (error) {
          end({ outcome: 'failure' });
          throw error;
        }
      }),
  };
  // A service that is not ready gets no requests, so the probe itself has to find out that the key works again.
  service.readiness.add('signing-key', async () => {
    if (breaker.mayTry) await trySigningKey(guarded);
    if (breaker.isOpen) throw new BreakerOpenError();
  });
  return guarded;
};
