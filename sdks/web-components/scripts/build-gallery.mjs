/**
 * Bundles the gallery into `build/gallery`, ready for any static file server.
 * The elements are taken from source, so that no build of the workspace has to come before.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @returns {Promise<string>} the folder that was written */
export async function buildGallery(folder = join(root, 'build', 'gallery')) {
  await mkdir(folder, { recursive: true });
  const bundle = await rolldown({ input: join(root, 'test/gallery/gallery.ts'), platform: 'browser' });
  await bundle.write({ file: join(folder, 'gallery.js'), format: 'esm', codeSplitting: false });
  await bundle.close();
  for (const name of ['index.html', 'gallery.css']) {
    await copyFile(join(root, 'gallery', name), join(folder, name));
  }
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(`gallery written to ${await buildGallery()}`);
}
