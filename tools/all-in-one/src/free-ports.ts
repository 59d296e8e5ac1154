import { type AddressInfo, createServer } from 'node:net';
import type { WantedPort } from './ports.ts';
import { portDefaults } from './stack-plan.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** Ports that were free a moment ago, one for each part of the stack: for tests that run beside a real stack. */
export const findFreePorts = async (): Promise<readonly WantedPort[]> => {
  const ports: WantedPort[] = [];
  for (const { name, variable } of portDefaults) ports.push({ name, variable, port: await freePort() });
  return ports;
};
