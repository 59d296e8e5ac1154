import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callEndpoint, createHttpClient } from '@openrecognize/clients';
import { putTenant } from '@openrecognize/contracts';
import { chromiumPath, hasChromium } from '@openrecognize/testing/chromium';
import {
  createMemoryJtiStore,
  createTransactionVerifier,
  type VerifiedTransaction,
} from '@openrecognize/verify';
import { backendServices, hasFaceModels, startTestStack, type TestStack } from '../../src/index.ts';
import { componentsFolder, type PageServer, sdkFolder, startPageServer } from './page-server.ts';

/** Why journeys in a browser can't be made here; null where they can. */
export const browserObstacle: string | null = !hasFaceModels()
  ? 'face models are missing'
  : !hasChromium
    ? `no Chromium at ${chromiumPath}`
    : [sdkFolder, componentsFolder].every((folder) => existsSync(join(folder, 'package.json')))
      ? null
      : 'sdks/web/package or sdks/web-components/package is not built';

/** What a page has to know of a tenant's service. */
export interface ServiceAddress {
  readonly customer: { readonly name: string };
  readonly key: { readonly id: string; readonly value: string };
  readonly ws: { readonly url: string };
}

export interface WebStack {
  readonly stack: TestStack;
  readonly pages: PageServer;
  readonly address: ServiceAddress;
  /** As a relying party's server does it. */
  verify(jwt: string, subject: string, transactionData: string): Promise<VerifiedTransaction>;
  setTenant(settings: Readonly<Record<string, number>>): Promise<void>;
  dispose(): Promise<void>;
}

/** All services behind a web session, and a web server with pages. */
export const startWebStack = async (overrides: Readonly<Record<string, string>> = {}): Promise<WebStack> => {
  const stack = await startTestStack({
    services: [...backendServices, 'authentication-service'],
    overrides: {
      'authentication-service': {
        NUM_OF_CIRC: '4',
        WEB_SESSION_TIMEOUT_MS: '90000',
        BIOMETRIC_WORKERS: '1',
        WEB_MAX_CONNECTIONS_PER_ADDRESS: '100',
        ...overrides,
      },
    },
  });
  const pages = await startPageServer();
  const serviceUrl = stack.urlOf('authentication-service');
  const answer = await fetch(`${serviceUrl}/v1/image-encryption-key`);
  const { keyId, publicKey } = (await answer.json()) as { keyId: string; publicKey: string };
  const { customer } = stack.tenant;
  const verifier = createTransactionVerifier({
    jwksUrl: `${stack.urlOf('operations-service')}/customers/${customer}/.well-known/jwks.json`,
    jtiStore: createMemoryJtiStore(),
  });
  return {
    stack,
    pages,
    address: {
      customer: { name: customer },
      key: { id: keyId, value: publicKey },
      ws: { url: `${serviceUrl.replace('http', 'ws')}/` },
    },
    verify: (jwt, subject, transactionData) =>
      verifier.verify(jwt, { subject, expected: { transactionData } }),
    setTenant: async (settings) => {
      const http = createHttpClient({
        baseUrl: stack.urlOf('node-persistence'),
        serviceKey: stack.secrets.serviceKey,
      });
      await callEndpoint(http, putTenant, { params: { customer }, body: { settings } });
      await http.close();
    },
    dispose: async () => {
      await pages.close();
      await stack.dispose();
    },
  };
};
