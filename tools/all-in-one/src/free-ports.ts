import { type AddressInfo, createServer } from 'node:net';
import type { WantedPort } from './ports.ts';
import { portDefaults } from './stack-plan.ts';

/** Listens on any free port until told to let go of it. */
const holdPort = (): Promise<{ readonly port: number; letGo(): Promise<void> }> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = probe.address() as AddressInfo;
      resolve({ port, letGo: () => new Promise((done) => probe.close(() => done())) });
    });
  });

/** Ports that were free a moment ago, one for each part of the stack: for tests that run beside a real stack. */
export const findFreePorts = async (): Promise<readonly WantedPort[]> => {
  // All are held until the last one is chosen, or one could be given out twice.
  const held = await Promise.all(portDefaults.map(() => holdPort()));
  await Promise.all(held.map(({ letGo }) => letGo()));
  return portDefaults.map(({ name, variable }, i) => ({ name, variable, port: held[i]!.port }));
};
