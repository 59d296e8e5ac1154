import { chromiumArguments, chromiumPath } from '@openrecognize/testing/chromium';
import { type Browser, chromium } from 'playwright-core';

export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [...chromiumArguments],
  });
