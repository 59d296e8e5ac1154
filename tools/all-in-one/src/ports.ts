import { createServer } from 'node:net';
import { StartupError } from './startup-error.ts';

/** A port the stack listens on. */
export interface WantedPort {
  /** What listens there, for people: `core-daemon`, `database`. */
  readonly name: string;
  readonly port: number;
  /** Environment variable that changes it. */
  readonly variable: string;
  /** `127.0.0.1` by default. */
  readonly host?: string;
}

/** What a port is for and where it lies unless its variable says otherwise. */
export interface PortDefault {
  readonly name: string;
  readonly defaultPort: number;
  readonly variable: string;
}

/** The ports with the environment applied. @throws StartupError */
export const readPorts = (
  defaults: readonly PortDefault[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly WantedPort[] =>
  defaults.map(({ name, defaultPort, variable }) => {
    const text = environment[variable];
    const port = text === undefined || text === '' ? defaultPort : Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new StartupError(`${variable} must be a port number from 1 to 65535`);
    }
    return { name, port, variable };
  });

const problemOf = ({ name, port, variable, host = '127.0.0.1' }: WantedPort): Promise<string | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program'
          : error.code === 'EACCES'
            ? 'needs rights this user lacks'
            : `cannot be used (${error.code})`;
      resolve(`port ${port} for ${name} ${reason}: stop it or set ${variable} to a free port`);
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });

/** Makes sure every port is free. @throws StartupError naming the first taken port and the variable that moves it */
export const assertPortsFree = async (ports: readonly WantedPort[]): Promise<void> => {
  for (const [index, { port, variable, name }] of ports.entries()) {
    const twin = ports.slice(0, index).find((other) => other.port === port);
    if (twin !== undefined) {
      throw new StartupError(
        `${twin.variable} and ${variable} both give port ${port} to ${twin.name} and ${name}`,
      );
    }
  }
  const problems = (await Promise.all(ports.map(problemOf))).filter((problem) => problem !== undefined);
  const [first] = problems;
  if (first === undefined) return;
  throw new StartupError(problems.length === 1 ? first : `${first} (and ${problems.length - 1} more ports)`);
};
