import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestStack } from '@openrecognize/e2e';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Files of the tutorial by their paths: code blocks that name one. */
export const tutorialFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(root, 'docs/tutorial-web.md'), 'utf8');
  const blocks = text.matchAll(/^```(?:js|html) (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, path = '', code = '']) => [path, code]));
};

/** The app a reader of the tutorial has at its end, running. Close it. */
export const startTutorialApp = async (stack: TestStack) => {
  const folder = await mkdtemp(join(tmpdir(), 'openrecognize-tutorial-'));
  for (const [path, code] of await tutorialFiles()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), code);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await symlink(join(root, 'sdks/web-components/package'), join(folder, 'public/sdk-web-components'));
  const child = spawn(process.execPath, ['server.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      CUSTOMER: stack.tenant.customer,
      AUTHENTICATION_URL: stack.tenant.authenticationServiceUrl,
      OPERATIONS_URL: stack.tenant.operationsUrl,
      PORT: '0',
    },
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: line.toString().trim(),
    close: async () => {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
