import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { assertPortsFree, readPorts } from './ports.ts';
import { StartupError } from './startup-error.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const takePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
};

const freePort = async (): Promise<number> => {
  const port = await takePort();
  await new Promise((resolve) => servers.pop()!.close(resolve));
  return port;
};

describe('readPorts', () => {
  const defaults = [{ name: 'core-daemon', defaultPort: 8081, variable: 'CORE_DAEMON_PORT' }];

  it('takes the environment over the default', () => {
    expect(readPorts(defaults, {})[0]?.port).toBe(8081);
    expect(readPorts(defaults, { CORE_DAEMON_PORT: '' })[0]?.port).toBe(8081);
    expect(readPorts(defaults, { CORE_DAEMON_PORT: '9001' })[0]?.port).toBe(9001);
  });

  it.each(['0', '65536', 'http', '80.5', '-1'])('refuses %j by the name of its variable', (text) => {
    expect(() => readPorts(defaults, { CORE_DAEMON_PORT: text })).toThrow(/^CORE_DAEMON_PORT /);
  });
});

describe('assertPortsFree', () => {
  it('accepts free ports and leaves them free', async () => {
    const port = await freePort();
    const wanted = [{ name: 'a', port, variable: 'A_PORT' }];
    await assertPortsFree(wanted);
    await assertPortsFree(wanted);
  });

  it('names the taken port, what it was for and the variable, on one line', async () => {
    const port = await takePort();
    const failure = assertPortsFree([{ name: 'core-daemon', port, variable: 'CORE_DAEMON_PORT' }]);
    await expect(failure).rejects.toBeInstanceOf(StartupError);
    await expect(failure).rejects.toThrow(
      `port ${port} for core-daemon is taken by another program: stop it or set CORE_DAEMON_PORT to a free port`,
    );
  });

  it('notices two services on one port', async () => {
    const port = await freePort();
    const wanted = ['A', 'B'].map((name) => ({ name, port, variable: `${name}_PORT` }));
    await expect(assertPortsFree(wanted)).rejects.toThrow(/A_PORT and B_PORT/);
  });
});
