import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createService, type Service } from '@openrecognize/service-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mountDemo } from '../src/server.ts';
import { chromiumPath, hasChromium, startChromium, type Tab } from './chromium.ts';
import { createFakeBank } from './fake-bank.ts';
import { createFakeDevices, type FakeDevices, fakeUserId, sdkFailure } from './fake-devices.ts';

if (!hasChromium) console.warn(`skipped: the page in a browser (${chromiumPath} is missing)`);

/** 1 x 1 PNG. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(!hasChromium)('the page in a browser', () => {
  let tab: Tab;
  let folder: string;
  let photo: string;
  let service: Service;
  let fake: FakeDevices;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-page-'));
    photo = join(folder, 'photo.png');
    await writeFile(photo, pixel);
    await writeFile(join(folder, 'text.txt'), 'no picture');
    tab = await startChromium();
  });
  afterAll(async () => {
    await tab.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    fake = createFakeDevices();
    service = await createService({ name: 'demo', logging: { level: 'silent' } });
    mountDemo(service.app, {
      bankPage: (await createFakeBank()).bankPage,
      devices: fake.devices,
      operations: { verifyJwt: async () => true, deleteUser: async () => true },
      maxPeople: 10,
      maxConcurrency: 4,
      now: () => performance.now(),
    });
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}/how-it-works/`;
    tab.complaints.length = 0;
    await tab.emulate({ width: 1280, colorScheme: 'light' });
  });
  afterEach(async () => {
    expect(tab.complaints).toEqual([]);
    await service.close(0);
  });

  const open = async (...people: string[]) => {
    for (const name of people) fake.people.add(name);
    await tab.open(url);
    const ready = people.length === 0 ? '.empty' : '.chip';
    await tab.until(`document.querySelector('#people ${ready}')`);
  };
  const text = (selector: string) => tab.read<string>(`document.querySelector('${selector}').innerText`);
  const click = (selector: string) => tab.read(`document.querySelector('${selector}').click()`);
  const choose = async (form: 'enroll' | 'authenticate', path = photo) => {
    await tab.chooseFile(`#${form}-photo .drop input`, path);
    await tab.until(
      `document.querySelector('#${form}-photo img') || document.querySelector('#${form}-problem').textContent`,
    );
  };
  const authenticate = async () => {
    await tab.read(`document.querySelector('#verdict').replaceChildren()`);
    await click('#authenticate .primary');
    await tab.until(`document.querySelector('#verdict').childElementCount > 0`);
  };

  it('enrolls with a typed name and a chosen photo, then offers the person', async () => {
    await open();
    await tab.read(`document.querySelector('#name').value = 'Ada L.'`);
    await choose('enroll');
    await click('#enroll .primary');
    await tab.until(`document.querySelector('.chip input:checked')?.value === 'ada-l'`);
    expect(await text('#verdict')).toContain('ada-l is enrolled');
    expect(await text('#verdict')).toContain(fakeUserId.slice(0, 16));
    expect(Buffer.from(fake.pictures[0]!)).toEqual(pixel);
    expect(await tab.read(`document.querySelector('#enroll-photo img')`)).toBeFalsy();
  });

  it('shows a match as one bit, with the verified token over the transaction and the times', async () => {
    await open('ada');
    await tab.read(`(() => {
      const payee = document.querySelector('[name=payee]');
      payee.value = '<img src=x onerror=alert(1)>';
      payee.dispatchEvent(new Event('input', { bubbles: true }));
    })()`);
    await choose('authenticate');
    await authenticate();
    expect(await tab.read(`document.querySelector('.bit').firstChild.textContent`)).toBe('1');
    expect(await text('#jwt')).toContain('Verified by POST /v2/verify-jwt: yes');
    const td = JSON.stringify({ amount: '49.90 EUR', payee: '<img src=x onerror=alert(1)>' });
    expect(await text('#jwt .signed')).toBe(td);
    expect(await text('#transaction-preview')).toBe(td);
    expect(await tab.read(`document.querySelector('#jwt img')`)).toBeFalsy();
    expect(await text('#timings')).toMatch(/Face pipeline\s+40\.0 ms/);
    expect(await tab.read(`document.querySelector('#verdict').getAttribute('role')`)).toBe('status');
  });

  it('marks the parties that took part and says who was not asked', async () => {
    await open('ada');
    await choose('authenticate');
    fake.failures.push(sdkFailure('FAILED_TO_AUTHENTICATE_USER', { remainingAttempts: 2 }));
    await authenticate();
    expect(await text('[data-party=core-daemon]')).toContain('1 bit: no match');
    expect(await text('[data-party=operations-service]')).toContain('Was not asked');
    const lit = await tab.read<string[]>(
      `[...document.querySelectorAll('.wide .node[data-lit] text:first-of-type')].map((node) => node.textContent)`,
    );
    expect(lit.sort()).toEqual([
      'auth-vault',
      'circuit-storage',
      'client party',
      'core-daemon',
      'node-persistence',
    ]);
  });

  it('shows another face as 0, with the native number and the attempts that are left', async () => {
    await open('ada');
    await choose('authenticate');
    fake.failures.push(sdkFailure('FAILED_TO_AUTHENTICATE_USER', { remainingAttempts: 2 }));
    await authenticate();
    expect(await tab.read(`document.querySelector('.bit').firstChild.textContent`)).toBe('0');
    expect(await text('#verdict')).toContain('30004 faceNotMatching');
    expect(await text('#verdict')).toContain('2 attempts left');
    expect(await tab.read(`document.querySelector('#jwt').childElementCount`)).toBe(0);
  });

  it('counts down a suspension and says when it is over', async () => {
    await open('ada');
    await choose('authenticate');
    fake.failures.push(sdkFailure('LOCKED_OUT', { lockoutRemainingSeconds: 2 }));
    await authenticate();
    expect(await text('#verdict')).toContain('30007');
    expect(await text('.clock')).toMatch(/^0:0[12]$/);
    await tab.until(`document.querySelector('#verdict').innerText.includes('possible now')`);
    expect(await tab.read(`document.querySelector('.clock')`)).toBeFalsy();
  });

  it('explains a photo that was refused, and a file that is none before it is sent', async () => {
    await open('ada');
    await choose('authenticate');
    fake.failures.push(
      sdkFailure('FILTER_TRIGGERED', { triggeredFilters: ['face_too_small', 'eyes_closed'] }),
    );
    await authenticate();
    expect(await text('#verdict')).toContain('The face is too small and the eyes are closed.');
    const sent = fake.pictures.length;
    await choose('enroll', join(folder, 'text.txt'));
    expect(await text('#enroll-problem')).toContain('no photo your browser can read');
    expect(fake.pictures.length).toBe(sent);
  });

  it('asks before it deletes, and deletes only then', async () => {
    await open('ada');
    await click('.chip button');
    expect(await tab.read(`document.querySelector('dialog').open`)).toBe(true);
    await tab.press('Escape');
    await tab.until(`!document.querySelector('dialog').open`);
    expect(fake.people.has('ada')).toBe(true);
    await click('.chip button');
    await click('dialog .danger');
    await tab.until(`document.querySelector('#people .empty')`);
    expect(fake.people.has('ada')).toBe(false);
    expect(await text('#verdict')).toContain('ada is deleted');
  });

  it('says what is missing and puts the focus there', async () => {
    await open();
    await click('#enroll .primary');
    expect(await text('#enroll-problem')).toContain('give a name');
    expect(await tab.read('document.activeElement.id')).toBe('name');
    await click('#authenticate .primary');
    expect(await text('#authenticate-problem')).toContain('enroll somebody first');
  });

  it('is reachable with the keyboard alone, in the order of the page', async () => {
    await open('ada');
    const seen: string[] = [];
    for (let i = 0; i < 10; i++) {
      await tab.press('Tab');
      seen.push(
        await tab.read(
          `(({ id, name, type, className, textContent }) => id || name || className || type || textContent)(document.activeElement)`,
        ),
      );
    }
    expect(seen[0]).toBe('skip');
    expect(seen).toContain('name');
    expect(seen.indexOf('name')).toBeLessThan(seen.indexOf('person'));
    expect(seen.filter((what) => what === 'primary')).toHaveLength(2);
  });

  it('takes a dropped photo', async () => {
    await open('ada');
    await tab.read(`(() => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob('${pixel.toString('base64')}'), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
      const drop = document.querySelector('#authenticate-photo .drop');
      drop.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      drop.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    })()`);
    await tab.until(`document.querySelector('#authenticate-photo img')`);
    expect(await text('#authenticate-photo')).toContain('dropped.png');
    expect(fake.pictures).toEqual([]);
  });

  it('fits 320 px in both colour schemes, before and after a result', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulate({ width: 320, colorScheme });
      await open('ada', 'a-person-with-a-name-of-32-chars');
      expect(await tab.read('document.documentElement.scrollWidth')).toBe(320);
      await choose('authenticate');
      await authenticate();
      expect(await tab.read('document.documentElement.scrollWidth')).toBe(320);
      expect(await tab.read(`getComputedStyle(document.querySelector('#picture .wide')).display`)).toBe(
        'none',
      );
    }
  });

  it('says that its server is gone', async () => {
    await open('ada');
    await choose('authenticate');
    await service.close(0);
    await authenticate();
    expect(await text('#verdict')).toContain('The server of this page does not answer.');
  });
});
