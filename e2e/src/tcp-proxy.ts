import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `cut` ends all connections and every new one; `stall` takes bytes and passes none on. */
export type TcpProxyMode = 'pass' | 'cut' | 'stall';

export interface TcpProxy {
  readonly port: number;
  setMode(mode: TcpProxyMode): void;
  /** Leads to another loopback port from now on, as a wrong address would; connections that are open end. */
  redirect(targetPort: number): void;
  close(): Promise<void>;
}

/** A wire to a loopback port that a test can cut. */
export const startTcpProxy = async (firstTargetPort: number): Promise<TcpProxy> => {
  let targetPort = firstTargetPort;
  let mode: TcpProxyMode = 'pass';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    if (mode === 'cut') {
      near.destroy();
      return;
    }
    keep(near);
    const far = connect(targetPort, '127.0.0.1');
    keep(far);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => {
        if (mode === 'pass') to.write(chunk);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    setMode(next) {
      // What was swallowed meanwhile can't be made up for.
      if (next === 'cut' || mode === 'stall') cutAll();
      mode = next;
    },
    redirect(port) {
      targetPort = port;
      cutAll();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      cutAll();
      await closed;
    },
  };
};
