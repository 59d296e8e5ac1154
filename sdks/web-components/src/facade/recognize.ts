import type { LitElement } from 'lit';
import type { RecognitionElement } from '../elements/recognition/recognition-element.ts';
import type { RecognitionSettings } from '../elements/recognition/recognition-settings.ts';
import type {
  KeylessElementEvent,
  KeylessElementEventDetails,
  KeylessFinishedDetail,
} from '../errors/keyless-element-event.ts';
import type { KeylessErrorEvent } from '../errors/keyless-error-event.ts';
import type { RecognitionClient } from '../recognition/recognition-client.ts';
import '../define/auth-element.ts';
import '../define/enroll-element.ts';
import { type RecognizeError, recognizeErrorFor } from './recognize-error.ts';

/** Steps that the facade leaves to the page, unless `disableSteps` says otherwise. */
export const FACADE_DISABLED_STEPS: readonly string[] = [
  'bootstrap',
  'camera-instructions',
  'done',
  'error',
  'microphone-permission',
  'server-computation',
  'stm-choice',
  'stm-qrcode',
];

const UPDATES = [
  'begin-stream',
  'frame-results',
  'non-cancelable',
  'recognition-start',
  'recoverable-error',
  'step-change',
  'stop-stream',
  'video-frame-quality',
  'ws-close',
  'ws-open',
] as const;

type ElementSettings = Omit<
  RecognitionSettings,
  keyof LitElement | 'username' | 'recognitionOptions' | 'webAssemblyOptions'
>;

/** Any property of the elements but the person's name, which `init` takes. */
export type RecognizeConfig = Partial<ElementSettings> & {
  readonly lang?: string;
  /** Takes the place of `@keyless/sdk-web`; for tests. */
  readonly recognitionClient?: RecognitionClient;
};

/** What happens on the way: an event of the element with its detail. */
export type RecognizeUpdate = {
  readonly [Name in (typeof UPDATES)[number]]: {
    readonly type: Name;
    readonly detail: KeylessElementEventDetails[Name];
  };
}[(typeof UPDATES)[number]];

export interface RecognizeObserver {
  next?(update: RecognizeUpdate): void;
  /** Last call: the element is disposed of. */
  error?(error: RecognizeError): void;
  /** Last call: the element is disposed of. */
  complete?(detail: KeylessFinishedDetail): void;
}

export type RecognizeInit =
  | {
      readonly mode: 'mount';
      readonly container: Element;
      readonly type: 'auth' | 'enroll';
      readonly username: string;
    }
  | { readonly mode: 'attach'; readonly element: Element; readonly username: string };

export interface RecognizeSession {
  /** Returns the end of the subscription. */
  subscribe(observer: RecognizeObserver): () => void;
  /** Resolves once the element works; with an error if it can't be used. */
  init(options: RecognizeInit): Promise<RecognizeError | undefined>;
  /** Ends everything; a new `init` may follow. Idempotent. */
  dispose(): void;
}

/**
 * The same four calls on every platform: configure, subscribe, init, dispose.
 *
 * @example
 * const session = recognize({ customer: 'demo', serviceURL: 'https://auth.example.com' })
 * session.subscribe({
 *   error: ({ error }) => console.log(error.code, error.message),
 *   complete: ({ jwt }) => console.log(jwt),
 * })
 * await session.init({ mode: 'mount', container: document.body, type: 'auth', username: 'ada' })
 */
export function recognize(config: RecognizeConfig): RecognizeSession {
  return new ElementSession(config);
}

class ElementSession implements RecognizeSession {
  readonly #config: RecognizeConfig;
  readonly #observers = new Set<RecognizeObserver>();
  #element: RecognitionElement | undefined;
  #isMounted = false;
  #listeners: AbortController | undefined;

  constructor(config: RecognizeConfig) {
    this.#config = config;
  }

  subscribe(observer: RecognizeObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  async init(options: RecognizeInit): Promise<RecognizeError | undefined> {
    if (this.#element) return recognizeErrorFor('SESSION_MANAGER_NOT_NULL');
    const isMount = options.mode === 'mount';
    const element = isMount ? document.createElement(`kl-${options.type}`) : options.element;
    if (!isAttachable(element)) return recognizeErrorFor('SYMBOL_UNSET');
    this.#element = element;
    this.#isMounted = isMount;
    this.#configure(element, options.username);
    this.#listen(element);
    if (isMount) options.container.append(element);
    // An element that was on the page already may have ended its flow; a running one is begun anew with this config.
    else if (element.isConnected) restart(element);
    await element.updateComplete;
    return undefined;
  }

  dispose(): void {
    const element = this.#element;
    this.#listeners?.abort();
    this.#observers.clear();
    this.#element = undefined;
    element?.dispose();
    if (this.#isMounted) element?.remove();
  }

  #configure(element: RecognitionElement, username: string): void {
    const { recognitionClient, ...properties } = this.#config;
    if (recognitionClient) element.useRecognitionClient(recognitionClient);
    Object.assign(element, { disableSteps: FACADE_DISABLED_STEPS, ...properties, username });
  }

  #listen(element: RecognitionElement): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    for (const type of UPDATES) {
      const forward = (event: Event) => {
        const { detail } = event as KeylessElementEvent;
        for (const observer of [...this.#observers]) observer.next?.({ type, detail } as RecognizeUpdate);
      };
      element.addEventListener(type, forward, { signal });
    }
    const fail = (event: Event) => {
      const { code, isRecoverable } = event as KeylessErrorEvent;
      if (!isRecoverable) this.#fail(code);
    };
    element.addEventListener('error', fail, { signal });
    element.addEventListener('close', () => this.#fail('SDK_USER_CANCELLED'), { signal });
    const complete = (event: Event) => this.#complete((event as KeylessElementEvent<'success'>).detail);
    element.addEventListener('success', complete, { signal });
  }

  #fail(code: string): void {
    const observers = [...this.#observers];
    const error = recognizeErrorFor(code);
    this.dispose();
    for (const observer of observers) observer.error?.(error);
  }

  #complete(detail: KeylessFinishedDetail): void {
    const observers = [...this.#observers];
    this.dispose();
    for (const observer of observers) observer.complete?.(detail);
  }
}

const isAttachable = (element: Element): element is RecognitionElement =>
  element.tagName === 'KL-AUTH' || element.tagName === 'KL-ENROLL';

function restart(element: RecognitionElement): void {
  element.dispose();
  element.start();
}
