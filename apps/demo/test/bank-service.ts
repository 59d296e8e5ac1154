import { createService, type Service } from '@openrecognize/service-kit';
import { afterEach, beforeEach } from 'vitest';
import { mountDemo } from '../src/server.ts';
import { createFakeBank, type FakeBank } from './fake-bank.ts';
import { createFakeDevices } from './fake-devices.ts';

type Given = Parameters<typeof createFakeBank>[0] & { readonly crossOriginIsolation?: boolean };

const host = '127.0.0.1:8090';
/** What a browser sends with a request of the bank's page. */
export const ownHeaders = {
  host,
  origin: `http://${host}`,
  'x-bank-page': '1',
  'sec-fetch-site': 'same-origin',
} as const;

export const order = { payee: 'Corner Bookshop', amount: '12.50' } as const;

/** Status, code and, of an approval that was refused, the verifier's. */
export const codeOf = ({
  status,
  body,
}: {
  status: number;
  body: { error?: { code: string; reason?: string } };
}) => [status, body.error?.code, ...(body.error?.reason ? [body.error.reason] : [])];

/** The bank's server for each test of a file, before a face service that signs what it is told to. */
export const useBankService = () => {
  let service: Service;
  let fake: FakeBank;
  let logged = '';

  const start = async ({ crossOriginIsolation = false, ...given }: Given = {}) => {
    fake = await createFakeBank(given);
    const stream = {
      write: (line: string) => {
        logged += line;
      },
    };
    service = await createService({ name: 'demo', logging: { level: 'trace', stream } });
    mountDemo(service.app, {
      bankPage: { ...fake.bankPage, crossOriginIsolation },
      devices: createFakeDevices().devices,
      operations: { verifyJwt: async () => true, deleteUser: async () => true },
      maxPeople: 2,
      maxConcurrency: 2,
      now: () => performance.now(),
    });
    await service.app.ready();
  };
  beforeEach(async () => {
    logged = '';
    await start();
  });
  afterEach(() => service.close(0));

  /** A browser: keeps the cookie. */
  const openBrowser = () => {
    let cookie = '';
    const send = async (
      method: 'GET' | 'POST' | 'DELETE',
      path: string,
      payload?: object,
      headers: Readonly<Record<string, string>> = ownHeaders,
    ) => {
      const answer = await service.app.inject({
        method,
        url: `/bank/api/${path}`,
        headers: { ...headers, ...(cookie ? { cookie } : {}) },
        ...(payload ? { payload } : {}),
      });
      const set = answer.headers['set-cookie'];
      if (typeof set === 'string') cookie = set.split(';')[0]!;
      return { status: answer.statusCode, body: answer.json(), setCookie: set };
    };
    /** Begins and ends a way in, with the face of that person. */
    const enter = async (way: 'sign-up' | 'sign-in', username: string, over?: Record<string, unknown>) => {
      const { body } = await send('POST', way, { username });
      if (way === 'sign-up') fake.enrolled.set(username, username.toUpperCase().padEnd(64, '0'));
      const jwt = fake.signedBy(username, body.transactionData, over);
      return { ...(await send('POST', `${way}/${body.approval}`, { jwt })), approval: body.approval, jwt };
    };
    return { send, enter, cookie: () => cookie };
  };

  /** Asks for a payment and has it signed. */
  const signedPayment = async (
    browser: ReturnType<typeof openBrowser>,
    username: string,
    over?: Record<string, unknown>,
  ) => {
    const { body } = await browser.send('POST', 'payments', order);
    return { approval: body.approval as string, jwt: fake.signedBy(username, body.transactionData, over) };
  };

  return {
    get service() {
      return service;
    },
    get fake() {
      return fake;
    },
    get logged() {
      return logged;
    },
    restart: async (given: Given) => {
      await service.close(0);
      await start(given);
    },
    openBrowser,
    signedPayment,
    pay: (browser: ReturnType<typeof openBrowser>, approval: string, body: object) =>
      browser.send('POST', `payments/${approval}`, { ...order, ...body }),
    balanceOf: async (browser: ReturnType<typeof openBrowser>) =>
      (await browser.send('GET', 'account')).body.account.balanceCents as number,
  };
};
export type Browser = ReturnType<ReturnType<typeof useBankService>['openBrowser']>;
