/** Builds the sample app with each bundler; each returns the folder to serve. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const page = (
  head,
  script,
) => `<!doctype html><html lang="en"><title>Sample</title><link rel="icon" href="data:,">${head}
<body><script type="module" src="${script}"></script></body></html>`;

const load = (folder, name) => import(pathToFileURL(createRequire(join(folder, 'x.js')).resolve(name)).href);

/** What esbuild and Rollup leave to the developer (README of the SDK). */
function copyRuntimeFiles(folder, out) {
  const names = ['wasm.js', 'wasm.wasm', 'wasm.data', 'pthreads/wasm.js', 'pthreads/wasm.wasm'];
  for (const name of names) {
    cpSync(join(folder, 'node_modules/@keyless/sdk-web', name), join(out, 'assets', name), {
      recursive: true,
    });
  }
  const files = {
    script: '/assets/wasm.js',
    threadsScript: '/assets/pthreads/wasm.js',
    binary: '/assets/wasm.wasm',
    threadsBinary: '/assets/pthreads/wasm.wasm',
    data: '/assets/wasm.data',
  };
  writeFileSync(
    join(out, 'index.html'),
    page(`<script>sdkFiles = ${JSON.stringify(files)}</script>`, '/main.js'),
  );
  return out;
}

export const bundlers = {
  async Vite(folder, out) {
    const { build } = await load(folder, 'vite');
    const app = join(folder, 'samples/app');
    writeFileSync(join(app, 'index.html'), page('', '/main.js'));
    await build({
      root: app,
      logLevel: 'error',
      configFile: false,
      build: { outDir: out, target: 'es2022', emptyOutDir: true },
    });
    return out;
  },
  async 'webpack 5'(folder, out) {
    const { default: webpack } = await load(folder, 'webpack');
    const compiler = webpack({
      context: folder,
      mode: 'production',
      target: ['web', 'es2022'],
      entry: './samples/app/main.js',
      output: { path: out, filename: 'main.js', publicPath: '/' },
      performance: { hints: false },
    });
    const stats = await new Promise((resolve, reject) =>
      compiler.run((error, result) => (error ? reject(error) : resolve(result))),
    );
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
    writeFileSync(join(out, 'index.html'), page('', '/main.js'));
    return out;
  },
  async esbuild(folder, out) {
    const { build } = await load(folder, 'esbuild');
    await build({
      absWorkingDir: folder,
      entryPoints: ['samples/app/main.js'],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      outdir: out,
      logLevel: 'silent',
    });
    return copyRuntimeFiles(folder, out);
  },
  async Rollup(folder, out) {
    const [{ rollup }, { nodeResolve }] = await Promise.all([
      load(folder, 'rollup'),
      load(folder, '@rollup/plugin-node-resolve'),
    ]);
    const build = await rollup({
      input: join(folder, 'samples/app/main.js'),
      plugins: [nodeResolve({ browser: true })],
    });
    await build.write({ dir: out, format: 'es' });
    await build.close();
    return copyRuntimeFiles(folder, out);
  },
  async 'a plain script'(folder, out) {
    mkdirSync(out, { recursive: true });
    for (const name of ['sdk-web', 'sdk-web-components']) {
      cpSync(join(folder, 'node_modules/@keyless', name), join(out, name), { recursive: true });
    }
    cpSync(join(folder, 'samples/app/main.js'), join(out, 'main.js'));
    const imports = {
      '@keyless/sdk-web': '/sdk-web/index.js',
      '@keyless/sdk-web-components': '/sdk-web-components/bundle.js',
    };
    const head = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    writeFileSync(join(out, 'index.html'), page(head, '/main.js'));
    return out;
  },
};
