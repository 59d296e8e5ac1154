import type * as sdk from '@keyless/sdk-web';
import type { Page } from 'playwright-core';
import type { drawnCamera } from './drawn-camera.ts';

interface SdkWindow {
  readonly sdk: typeof sdk;
  readonly drawnCamera: typeof drawnCamera;
  /** Of the test, told of each event as it comes. */
  readonly tellTest?: (name: string) => void;
}

/** What an attempt told its listeners, in a form that crosses from the page. */
export interface RecordedEvent {
  readonly name: string;
  /** Milliseconds since the attempt was made. */
  readonly atMs: number;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface AttemptSettings {
  readonly flow: 'auth' | 'enroll';
  readonly options: sdk.KeylessOptions;
  /** Ends after so many events of that name too. */
  readonly until?: { readonly name: string; readonly count: number };
  /** Addresses of pictures that are drawn one after the other, in place of a camera. */
  readonly pictures?: readonly string[];
  /** The page's colours light the person in the pictures, as a screen does. */
  readonly isLitByPage?: boolean;
}

export interface Attempt {
  readonly events: readonly RecordedEvent[];
  /** `finished`, or the code it failed with; null when it was cancelled. */
  readonly outcome: string | null;
  /** Payload of the last event, `finished` or an error. */
  readonly verdict: Readonly<Record<string, unknown>>;
  /** Filters that triggered in the page, and in the service. */
  readonly pageFilters: readonly string[];
  readonly serverFilters: readonly string[];
}

interface FilterState {
  readonly name: string;
  readonly triggered: boolean;
}

const triggeredIn = (events: readonly RecordedEvent[], name: string): string[] => {
  const filters = events
    .filter((entry) => entry.name === name)
    .flatMap(({ event }) => event['filters'] as readonly FilterState[]);
  return [...new Set(filters.filter(({ triggered }) => triggered).map((filter) => filter.name))].sort();
};

/** Runs in the page and knows nothing outside of itself: it is sent there as text. */
export const attemptInPage = async ({
  flow,
  options,
  until,
  pictures,
  isLitByPage,
}: AttemptSettings): Promise<RecordedEvent[]> => {
  const window = globalThis as unknown as SdkWindow;
  const { sdk } = window;
  const attempt = flow === 'auth' ? sdk.createKeylessAuth() : sdk.createKeylessEnroll();
  const heard: { name: string; atMs: number; event: Record<string, unknown> }[] = [];
  const startedMs = performance.now();
  const note = (name: string, event: Record<string, unknown>) =>
    heard.push({ name, atMs: performance.now() - startedMs, event });
  const over = new Promise<void>((resolve) => {
    const names = [
      'ws-open',
      'ws-close',
      'begin-stream',
      'video-frame-quality',
      'frame-results',
      'flash',
      'stop-stream',
      'finished',
      'error',
      'ws-error',
    ] as const;
    for (const name of names) {
      sdk.addKeylessEventListener(attempt, name, (event) => {
        note(name, event instanceof Error ? { ...event, message: event.message } : { ...event });
        window.tellTest?.(name);
        const count = heard.filter((entry) => entry.name === name).length;
        if (['finished', 'error', 'ws-error'].includes(name)) resolve();
        if (until?.name === name && count >= until.count) resolve();
      });
    }
  });
  const { style } = document.body;
  const light = () => style.backgroundColor;
  const drawn = pictures && (await window.drawnCamera({ pictures, ...(isLitByPage === true && { light }) }));
  sdk.addKeylessEventListener(attempt, 'flash', ({ colour }) => {
    style.backgroundColor = colour;
    drawn?.relight();
  });
  const failed = (failure: Error) => [{ name: 'error', atMs: 0, event: { message: failure.message } }];
  const module = await sdk.importKeylessWebAssemblyModule();
  if (module instanceof Error) return failed(module);
  const stream = await sdk.createKeylessVideoStream(attempt, drawn?.stream);
  if (stream instanceof Error) return failed(stream);
  const video = await sdk.createKeylessVideoElement(attempt);
  if (video instanceof Error) return failed(video);
  document.body.append(video);
  note('camera', {});
  void sdk.openKeylessWebSocketConnection(attempt, options);
  await over;
  (flow === 'auth' ? sdk.deleteKeylessAuth : sdk.deleteKeylessEnroll)(attempt);
  video.remove();
  return heard;
};

/** What the events of an attempt say. */
export const toAttempt = (events: readonly RecordedEvent[]): Attempt => {
  const last = events.findLast(({ name }) => ['finished', 'error', 'ws-error'].includes(name));
  return {
    events,
    outcome:
      last === undefined ? null : last.name === 'finished' ? 'finished' : String(last.event['message']),
    verdict: last?.event ?? {},
    pageFilters: triggeredIn(events, 'video-frame-quality'),
    serverFilters: triggeredIn(events, 'frame-results'),
  };
};

/** One attempt in a page of Chromium, from beginning to end. */
export const runAttempt = async (page: Page, settings: AttemptSettings): Promise<Attempt> => {
  await page.waitForFunction(() => 'sdk' in globalThis);
  return toAttempt(await page.evaluate(attemptInPage, settings));
};
