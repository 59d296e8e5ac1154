import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeWindow {
  readonly axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
}

/** What axe finds on the page; the page's policy lets no script of ours in, so it is evaluated. */
export const violationsOn = async (page: Page): Promise<string[]> => {
  await page.evaluate(await readFile(axePath, 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes.map(({ target }) => target))}`);
  });
};

/** The camera has to look at a face, and the machine does much else. */
const faceMs = 120_000;

/** The bank as a person uses it. */
export const bankPageOf = (page: Page) => {
  const see = (selector: string, timeout = faceMs) => page.locator(selector).waitFor({ timeout });
  const enter = async (way: 'sign-in' | 'sign-up', username: string) => {
    await page.locator(`input[name=way][value=${way}]`).check({ force: true });
    await page.locator('#username').fill(username);
    await page.locator('#enter-button').click();
    if (way === 'sign-up') await page.locator('kl-enroll button[part=button]').click();
  };
  return {
    page,
    see,
    enter,
    text: (selector: string) => page.locator(selector).textContent(),
    signUp: async (username: string) => {
      await enter('sign-up', username);
      await see('#account');
    },
    signIn: async (username: string) => {
      await enter('sign-in', username);
      await see('#account');
    },
    signOut: async () => {
      await page.locator('#sign-out').click();
      await see('#welcome');
    },
    pay: async (order: { payee: string; amount: string }, isTampered = false) => {
      await page.locator('#payee').fill(order.payee);
      await page.locator('#amount').fill(order.amount);
      if (!(await page.locator('#tamper').isVisible())) await page.locator('.cheat summary').click();
      await page.locator('#tamper').setChecked(isTampered);
      await page.locator('#pay .primary').click();
      await see('#outcome > div');
    },
    /** The bank's API as a script of the page calls it. */
    call: (method: string, path: string, body?: object) =>
      page.evaluate(
        async (request) => {
          const answer = await fetch(`/bank/api/${request.path}`, {
            method: request.method,
            headers: {
              'x-bank-page': '1',
              ...(request.body ? { 'content-type': 'application/json' } : {}),
            },
            ...(request.body ? { body: JSON.stringify(request.body) } : {}),
          });
          return { status: answer.status, body: await answer.json() };
        },
        { method, path, body },
      ),
    /** Mounts an element with these properties; what it finished with, or the code it failed with. */
    attempt: async (tag: 'kl-auth' | 'kl-enroll', properties: object): Promise<string> => {
      await page.addScriptTag({ url: '/sdk-web-components/bundle.js', type: 'module' });
      return page.evaluate(
        async (wanted) => {
          await customElements.whenDefined(wanted.tag);
          const element = Object.assign(document.createElement(wanted.tag), wanted.properties);
          document.body.append(element);
          const outcome = new Promise<string>((resolve) => {
            element.addEventListener('finished', () => resolve('finished'));
            element.addEventListener('error', (event) => resolve((event as ErrorEvent).message));
          });
          return outcome.finally(() => element.remove());
        },
        { tag, properties },
      );
    },
  };
};
export type BankPage = ReturnType<typeof bankPageOf>;
