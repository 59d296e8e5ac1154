import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as garbledCircuits from '../src/garbled-circuits/index.ts';
import * as sdk from '../src/index.ts';
import { documentedExamples } from './documented-examples.ts';
import { browserObstacle, packageFolder, useSdkPage } from './sdk-page.ts';

const examples = documentedExamples({
  '@keyless/sdk-web': Object.keys(sdk),
  '@keyless/sdk-web/garbled-circuits': Object.keys(garbledCircuits),
});

describe.skipIf(browserObstacle !== null)(`examples${browserObstacle ? ` (${browserObstacle})` : ''}`, () => {
  const sdkPage = useSdkPage();

  it('are there for what an integrator begins with', () => {
    const code = examples.map((example) => example.code).join('\n');
    for (const name of ['createKeylessAuth', 'importKeylessWebAssemblyModule', 'createKeylessMediaStream']) {
      expect(code).toContain(name);
    }
  });

  it('type-check against the published declarations, which stand alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sdk-web-examples-'));
    examples.forEach(({ code }, i) => {
      writeFileSync(join(folder, `example-${i}.ts`), code);
    });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      paths: {
        '@keyless/sdk-web': [join(packageFolder, 'index.d.ts')],
        '@keyless/sdk-web/garbled-circuits': [join(packageFolder, 'garbled-circuits/index.d.ts')],
      },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
    const compiling = promisify(execFile)(process.execPath, [join(typescript, 'bin/tsc'), '-p', folder]);
    const complaints = await compiling.then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    rmSync(folder, { recursive: true });
    expect(complaints).toBe('');
  });

  it.each(examples)('of $file runs and logs what it says', async ({ code, logs }) => {
    const server = await sdkPage.start();
    const page = await sdkPage.open(server);
    const errors: string[] = [];
    const logged: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => logged.push(message.text()));
    const script = stripTypeScriptTypes(code);
    await page.evaluate(
      (text) =>
        new Promise((resolve) => {
          Object.assign(globalThis, { isDone: resolve });
          const element = document.createElement('script');
          element.type = 'module';
          element.textContent = `${text}\nisDone()`;
          document.body.append(element);
        }),
      script,
    );
    expect(errors).toEqual([]);
    expect(logged).toEqual(expect.arrayContaining([...logs]));
  });
});
