import { existsSync } from 'node:fs';

/** Where Debian's Chromium is; `CHROMIUM_PATH` names another one. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Tests that need it are skipped elsewhere, with one line. */
export const hasChromium = existsSync(chromiumPath);

/** For a browser that asks nobody for anything but the pages of a test. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
] as const;

/** For a camera that plays a film over and over, and is allowed without a question. @param film Y4M or MJPEG file */
export const fakeCameraArguments = (film: string): readonly string[] => [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
];
