import { expect } from 'vitest';
import { type Attempt, attemptInPage, type RecordedEvent, toAttempt } from './attempt-in-page.ts';
import { portraitOf } from './live-client.ts';
import type { DemoFace } from './scenes.ts';
import type { WebStack } from './web-stack.ts';

/** A browser that plays no films as its camera. */
export interface PlainBrowser {
  open(url: string): Promise<void>;
  evaluate(expression: string): Promise<unknown>;
}

export interface DrawnAttempt {
  readonly face: DemoFace;
  readonly flow: 'auth' | 'enroll';
  readonly username: string;
  readonly transaction?: { readonly data: string };
}

/** One attempt, from beginning to end, whose pictures come from a canvas. */
export const runDrawnAttempt = async (
  browser: PlainBrowser,
  web: WebStack,
  { face, flow, username, transaction }: DrawnAttempt,
): Promise<Attempt> => {
  const pictures = (await portraitOf(face)).map(
    ({ bytes }) => `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`,
  );
  const options = { ...web.address, username, wsTimeout: 60_000, ...(transaction && { transaction }) };
  await browser.open(web.pages.origin);
  const events = await browser.evaluate(`(${attemptInPage})(${JSON.stringify({ flow, options, pictures })})`);
  return toAttempt(events as RecordedEvent[]);
};

/** Has a person enrolled and known again, the JWT verified over the data, and another person refused. */
export const expectPersonKnown = async (
  browser: PlainBrowser,
  web: WebStack,
  data: string,
): Promise<void> => {
  const username = 'ada';
  const enrolled = await runDrawnAttempt(browser, web, { face: 'laughing', flow: 'enroll', username });
  expect(enrolled.outcome).toBe('finished');
  const transaction = { data };
  const known = await runDrawnAttempt(browser, web, { face: 'smiling', flow: 'auth', username, transaction });
  expect(known.outcome).toBe('finished');
  await web.verify(String(known.verdict['jwt']), String(enrolled.verdict['keylessId']), data);
  const other = await runDrawnAttempt(browser, web, { face: 'blonde', flow: 'auth', username });
  expect(other.outcome).toBe('SERVER_FACE_DOES_NOT_MATCH');
};
