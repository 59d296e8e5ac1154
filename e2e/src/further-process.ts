import {
  findFreePorts,
  prepareDataDir,
  type ServiceName,
  specOf,
  superviseService,
} from '@openrecognize/all-in-one';
import type { TestStack } from './backend-stack.ts';

/** One more process of a service, on a port of its own. */
export interface FurtherProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one more process of a service beside the one of the stack, on the same services, keys and database. */
export const startFurtherProcess = async (
  stack: TestStack,
  name: ServiceName,
  environment: Readonly<Record<string, string>> = {},
): Promise<FurtherProcess> => {
  const { port } = (await findFreePorts()).find((free) => free.name === name)!;
  const dataDir = await prepareDataDir(stack.dataDir);
  const spec = specOf(name, {
    portOf: (other) => (other === name ? port : Number(new URL(stack.urlOf(other)).port)),
    databaseUrl: stack.postgres.url,
    dataDir,
    secrets: stack.secrets,
    overrides: { [name]: environment },
  });
  const further = { ...spec, name: `${name}-further` };
  const service = await superviseService(further, dataDir.logs, () => {}, new AbortController().signal);
  return { url: `http://127.0.0.1:${port}`, stop: () => service.stop() };
};
