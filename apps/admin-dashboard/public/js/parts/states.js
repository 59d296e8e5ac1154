import { ApiError } from '../api.js';
import { element } from '../element.js';
import { formatDuration } from '../format.js';

/** @param {string} title @param {string} text what will appear here, or how to make it */
export const emptyState = (title, text) =>
  element('div', { class: 'state' }, element('strong', {}, title), element('p', { class: 'muted' }, text));

/** The sentences of a failure: what happened and what to do next. @param {unknown} error */
export const failureText = (error) => {
  if (!(error instanceof ApiError)) throw error;
  const wait = error.retryAfterSeconds;
  return {
    message: error.message,
    nextStep: wait > 0 ? `${error.nextStep} Try again in ${formatDuration(wait)}.` : error.nextStep,
    code: error.code,
    requestId: error.requestId,
  };
};

/** @param {unknown} error @param {() => void} [onRetry] */
export const errorState = (error, onRetry) => {
  const { message, nextStep, code, requestId } = failureText(error);
  const retry = onRetry
    ? element('button', { type: 'button', class: 'quiet small', click: onRetry }, 'Try again')
    : null;
  return element(
    'div',
    { class: 'state', 'data-tone': 'no', role: 'alert' },
    element('strong', {}, message),
    element('p', {}, nextStep),
    element('p', { class: 'hint' }, code, requestId ? ` · request ${requestId}` : ''),
    retry,
  );
};

const loadingState = () =>
  element(
    'div',
    { class: 'loading', role: 'status' },
    element('span', { class: 'visually-hidden' }, 'Loading…'),
    element('i', { 'aria-hidden': 'true' }),
    element('i', { 'aria-hidden': 'true' }),
    element('i', { 'aria-hidden': 'true' }),
  );

/** What arrives within this time needs no loading state, which would only flicker. */
const PATIENCE_MS = 150;

/**
 * Fills `container` with what `load` yields, by way of its loading and error states. A later call wins over an
 * earlier one that is still under way.
 *
 * @template T
 * @param {HTMLElement} container
 * @param {() => Promise<T>} load
 * @param {(value: T) => Node | readonly Node[]} render
 */
export const loadInto = async (container, load, render) => {
  const ticket = {};
  container.loading = ticket;
  const isCurrent = () => container.loading === ticket;
  container.setAttribute('aria-busy', 'true');
  const timer = setTimeout(() => isCurrent() && container.replaceChildren(loadingState()), PATIENCE_MS);
  let content;
  try {
    content = render(await load());
  } catch (error) {
    content = errorState(error, () => loadInto(container, load, render));
  } finally {
    clearTimeout(timer);
  }
  if (!isCurrent()) return;
  container.removeAttribute('aria-busy');
  container.replaceChildren(...[content].flat());
};
