import type { Page } from 'playwright-core';
import type { KeylessError, KeylessOptions, KeylessWebAssemblyModuleOptions } from '../src/index.ts';
import { optionsFor, runAttempt } from './attempt-in-page.ts';
import {
  beginStream,
  type FakeSessionServer,
  frameResults,
  type SessionPeer,
} from './fake-session-server.ts';
import type { SdkWindow } from './sdk-page.ts';

/** Brings one code about in a page; resolves to the code that came. */
export type Provocation = (page: Page, server: FakeSessionServer) => Promise<string>;

/** Path of the page whose SDK knows no hashes, so that its files may be replaced. */
export const UNCHECKED_PAGE = '/unchecked';

/** What the server does on a connection, by the username of its `hello`; a code of its own is sent as `error`. */
export async function serveByUsername(session: SessionPeer): Promise<void> {
  const hello = await session.receive();
  const username = hello?.type === 'hello' ? hello.username : '';
  const { peer } = session;
  switch (username) {
    case 'silent':
      return;
    case 'closes':
      peer.close(1011);
      return;
    case 'breaks the protocol':
      // Reserved bits without an extension: the client fails the connection (RFC 6455 §5.2).
      peer.writeRaw(Uint8Array.of(0xf1, 0x00));
      return;
    case 'no session id':
      session.send({ ...beginStream(), sessionId: '' });
      return;
    case 'no filters':
      session.send(beginStream());
      await peer.receive();
      session.send({ ...frameResults(0), filters: null });
      return;
    case 'nonsense':
      session.send({ type: 'nonsense' });
      return;
    case 'streams':
      session.send(beginStream());
      return;
    default:
      session.send({ type: 'error', code: username, message: 'as the test asked', retryable: false });
      peer.close(4000);
  }
}

const lastCode = async (page: Page, settings: Parameters<typeof runAttempt>[1]): Promise<string> => {
  const run = await runAttempt(page, settings);
  return String(run.events.find(({ name }) => name === 'error' || name === 'ws-error')?.event.message);
};

/** An attempt against the server, whose course the username chooses. */
const asUser =
  (username: string, changes: KeylessOptions = {}): Provocation =>
  (page, server) =>
    lastCode(page, {
      options: { ...optionsFor(server, username), ...changes },
      withoutCamera: username !== 'no filters',
    });

/** Options that are refused before a connection. */
const withOptions =
  (change: (options: KeylessOptions) => KeylessOptions): Provocation =>
  (page, server) =>
    lastCode(page, {
      options: change(optionsFor(server, 'ada')),
      withoutModule: true,
      withoutCamera: true,
    });

/** `getUserMedia` rejects as the specification says it may. */
const rejectedWith =
  (exception: string): Provocation =>
  (page) =>
    page.evaluate(async (name) => {
      const { sdk } = globalThis as unknown as SdkWindow;
      const error = name === 'TypeError' ? new TypeError(name) : new DOMException(name, name);
      navigator.mediaDevices.getUserMedia = () => Promise.reject(error);
      return String(((await sdk.createKeylessMediaStream()) as Error).message);
    }, exception);

const withDevices =
  (labels: readonly string[]): Provocation =>
  (page) =>
    page.evaluate(async (cameraLabels) => {
      const { sdk } = globalThis as unknown as SdkWindow;
      const cameras = cameraLabels.map((label) => ({ kind: 'videoinput', label, deviceId: '', groupId: '' }));
      navigator.mediaDevices.enumerateDevices = async () => cameras as MediaDeviceInfo[];
      return String(((await sdk.getKeylessVideoMediaDevices()) as Error).message);
    }, labels);

const importing =
  (options: KeylessWebAssemblyModuleOptions): Provocation =>
  (page) =>
    page.evaluate(async (given) => {
      const { sdk } = globalThis as unknown as SdkWindow;
      return String((await sdk.importKeylessWebAssemblyModule(given))?.message);
    }, options);

/** The worker fails at the first frame. */
const withWorker =
  (script: string): Provocation =>
  async (page, server) => {
    const failure = await importing({ url: { binary: '/sdk/wasm.wasm', data: '/sdk/wasm.data', script } })(
      page,
      server,
    );
    return failure === 'undefined'
      ? lastCode(page, { options: optionsFor(server, 'streams'), withoutModule: true })
      : failure;
  };

const callOrder =
  (
    name: 'element first' | 'stream ended' | 'no picture' | 'null options' | 'nameless symbol' | 'deleted',
  ): Provocation =>
  (page) =>
    page.evaluate(async (what) => {
      const { sdk } = globalThis as unknown as SdkWindow;
      const attempt = sdk.createKeylessAuth();
      const act = async (): Promise<unknown> => {
        switch (what) {
          case 'element first':
            return sdk.createKeylessVideoElement(attempt);
          case 'stream ended': {
            const stream = await sdk.createKeylessMediaStream();
            for (const track of stream instanceof Error ? [] : stream.getTracks()) track.stop();
            return sdk.createKeylessVideoElement(attempt);
          }
          case 'no picture':
            // Nothing is ever drawn, so no picture comes.
            await sdk.createKeylessVideoStream(attempt, document.createElement('canvas').captureStream(0));
            return sdk.createKeylessVideoElement(attempt);
          case 'null options':
            return sdk.createKeylessMediaStream(null as never);
          case 'nameless symbol':
            return sdk.openKeylessWebSocketConnection(Symbol(), {});
          case 'deleted':
            sdk.deleteKeylessAuth(attempt);
            return sdk.openKeylessWebSocketConnection(attempt, {});
        }
      };
      return ((await act()) as Error).message;
    }, name);

const openTwice: Provocation = (page, server) =>
  page.evaluate(
    async (options) => {
      const { sdk } = globalThis as unknown as SdkWindow;
      await sdk.importKeylessWebAssemblyModule();
      await sdk.openKeylessWebSocketConnection(sdk.createKeylessAuth(), options);
      return String((await sdk.openKeylessWebSocketConnection(sdk.createKeylessAuth(), options))?.message);
    },
    optionsFor(server, 'silent'),
  );

const patchThenOpen: Provocation = async (page, server) => {
  await importing({})(page, server);
  await page.evaluate(() => {
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) => original(constraints);
  });
  return lastCode(page, { options: optionsFor(server, 'ada'), withoutModule: true, withoutCamera: true });
};

/** How each code of the enumeration comes about; a code without a way would not compile. */
export const PROVOCATIONS: Readonly<Record<KeylessError, Provocation>> = {
  FRAME_RESULTS_SET_UNSET: asUser('no filters'),
  OPTIONS_UNSET: withOptions(() => null as never),
  VIDEO_ELEMENT_UNSET: callOrder('element first'),
  VIDEO_ELEMENT_EVENT_LISTENERS_UNSET: callOrder('no picture'),
  WEB_SOCKET_MESSAGE_SET_UNSET: asUser('nonsense'),
  MEDIA_DEVICES_EMPTY_VIDEO_INPUT_LABEL: withDevices(['', '']),
  MEDIA_DEVICES_NO_VIDEO_INPUTS: withDevices([]),
  MEDIA_STREAM_ABORT: rejectedWith('AbortError'),
  MEDIA_STREAM_INVALID_STATE: rejectedWith('InvalidStateError'),
  MEDIA_STREAM_NOT_ALLOWED: rejectedWith('NotAllowedError'),
  MEDIA_STREAM_NOT_FOUND: rejectedWith('NotFoundError'),
  MEDIA_STREAM_NOT_READABLE: rejectedWith('NotReadableError'),
  // The browser's own rejection: no camera has this id.
  MEDIA_STREAM_OVERCONSTRAINED: (page) =>
    page.evaluate(async () => {
      const { sdk } = globalThis as unknown as SdkWindow;
      return ((await sdk.createKeylessMediaStream({ deviceId: 'none' })) as Error).message;
    }),
  MEDIA_STREAM_SECURITY: rejectedWith('SecurityError'),
  MEDIA_STREAM_TYPE: rejectedWith('TypeError'),
  MEDIA_STREAM_UNSET: callOrder('stream ended'),
  SERVER_CUSTOMER_NOT_FOUND: asUser('SERVER_CUSTOMER_NOT_FOUND'),
  SERVER_FACE_DOES_NOT_MATCH: asUser('SERVER_FACE_DOES_NOT_MATCH'),
  SERVER_FORBIDDEN: asUser('SERVER_FORBIDDEN'),
  SERVER_IMAGE_ENCRYPT_FAILED: asUser('SERVER_IMAGE_ENCRYPT_FAILED'),
  SERVER_INTERNAL_ERROR: asUser('SERVER_INTERNAL_ERROR'),
  SERVER_NO_ATTEMPTS_LEFT: asUser('SERVER_NO_ATTEMPTS_LEFT'),
  SERVER_RECOGNITION_FAILED: asUser('SERVER_RECOGNITION_FAILED'),
  SERVER_TIMEOUT: asUser('SERVER_TIMEOUT'),
  SERVER_UNAVAILABLE_SERVICE: asUser('SERVER_UNAVAILABLE_SERVICE'),
  SERVER_UNPROCESSABLE_EVENT: asUser('SERVER_UNPROCESSABLE_EVENT'),
  SERVER_USER_ALREADY_ENROLLED: asUser('SERVER_USER_ALREADY_ENROLLED'),
  SERVER_USER_NOT_FOUND: asUser('SERVER_USER_NOT_FOUND'),
  SERVER_USER_LOCKED_OUT: asUser('SERVER_USER_LOCKED_OUT'),
  SERVER_VALIDATION_FAILED: asUser('SERVER_VALIDATION_FAILED'),
  SESSION_MANAGER_NOT_NULL: openTwice,
  SESSION_MANAGER_NULL: callOrder('deleted'),
  CREATE_MEDIA_STREAM_ARGS_UNSET: callOrder('null options'),
  EXCEPTION: withWorker('/worker-exception.js'),
  RUNTIME_VIOLATION: patchThenOpen,
  SYMBOL_DESCRIPTION_UNSET: callOrder('nameless symbol'),
  SESSION_ID_UNSET: asUser('no session id'),
  CUSTOMER_UNSET: withOptions(() => ({})),
  KEY_DECODE_FAILED: asUser('ada', { key: { id: 'k', value: 'AAAA' } }),
  KEY_UNSET: withOptions(({ key: _key, ...options }) => options),
  KEY_ID_UNSET: withOptions((options) => ({ ...options, key: { value: 'AAAA' } })),
  USERNAME_UNSET: withOptions((options) => ({ ...options, username: '' })),
  WEB_SOCKET_URL_PARSE_FAILED: withOptions((options) => ({ ...options, ws: { url: 'nowhere' } })),
  WEB_SOCKET_URL_UNSET: withOptions(({ ws: _ws, ...options }) => options),
  WEB_ASSEMBLY_ABORTED: withWorker('/worker-aborted.js'),
  WEB_ASSEMBLY_FACTORY_FAILED: importing({
    url: { binary: '/broken.wasm', data: '/sdk/wasm.data', script: '/sdk/wasm.js' },
  }),
  WEB_ASSEMBLY_IMPORT_FAILED: importing({ url: { binary: '/' } }),
  WEB_ASSEMBLY_NOT_READY: withOptions((options) => options),
  WEB_ASSEMBLY_MODULE_NOT_FOUND: importing({ url: { binary: '/nowhere.wasm' } }),
  WEB_SOCKET_ERROR: asUser('breaks the protocol'),
  // The discard port; a browser refuses it at once.
  WEB_SOCKET_OPEN: asUser('ada', { ws: { url: 'ws://127.0.0.1:9/' } }),
  WEB_SOCKET_TIMEOUT: asUser('silent', { wsTimeout: 1_000 }),
  WEB_SOCKET_UNEXPECTED_CLOSE: asUser('closes'),
  SERVICE_URL_UNSET: withOptions((options) => ({ ...options, service: { url: '' } })),
  SERVICE_URL_PARSE_FAILED: withOptions((options) => ({ ...options, service: { url: '::' } })),
};

/** Codes that need the page without hashes. */
export const ON_UNCHECKED_PAGE: readonly KeylessError[] = [
  'EXCEPTION',
  'WEB_ASSEMBLY_ABORTED',
  'WEB_ASSEMBLY_FACTORY_FAILED',
];

/** Codes whose provocation leaves the page as it was: one page serves them all. */
export const leavesPageAsItWas = (code: KeylessError): boolean =>
  /^(SERVER_|SERVICE_|KEY_|CUSTOMER_|USERNAME_|OPTIONS_|SYMBOL_|WEB_SOCKET_(?!ERROR))/.test(code);
