import { startCountdown } from './countdown.js';
import { element } from './element.js';
import { explainFilters, formatClock, spokenTime } from './format.js';

const banner = (host, { tone, bit, caption, title, lines }) => {
  host.setAttribute('data-tone', tone);
  host.replaceChildren(
    element('p', { class: 'bit', 'aria-hidden': 'true' }, bit, element('small', {}, caption)),
    element('div', {}, element('h3', {}, title), ...lines),
  );
};

const line = (...content) => element('p', {}, ...content);
const facts = (...content) => element('p', { class: 'facts' }, ...content);
const nativeError = ({ code, name }) => facts('Native error ', element('code', {}, `${code} ${name}`));

const attemptsLine = (count) =>
  line(
    element(
      'span',
      { class: 'tries', 'aria-hidden': 'true' },
      ...Array.from({ length: count }, () => element('i')),
    ),
    count === 1 ? '1 attempt left before a suspension.' : `${count} attempts left before a suspension.`,
  );

const showNoMatch = (host, error) =>
  banner(host, {
    tone: 'no',
    bit: '0',
    caption: 'one bit',
    title: 'No match',
    lines: [
      line(error.message),
      ...(error.remainingAttempts > 0 ? [attemptsLine(error.remainingAttempts)] : []),
      line(error.nextStep),
      nativeError(error),
    ],
  });

/** The clock is for the eyes; the sentence beside it is said once. */
const showSuspended = (host, error, isVerdict) => {
  const seconds = error.lockoutRemainingSeconds;
  const clock = element('span', { class: 'clock', 'aria-hidden': 'true' });
  banner(host, {
    tone: isVerdict ? 'no' : 'wait',
    bit: isVerdict ? '0' : '–',
    caption: isVerdict ? 'one bit' : 'no bit',
    title: isVerdict ? 'No match, and suspended' : 'Suspended',
    lines: [
      line(
        isVerdict ? 'That was the last attempt for now.' : 'Too many failures in a row. No circuit was used.',
      ),
      element('p', { class: 'visually-hidden' }, `The next attempt is possible in ${spokenTime(seconds)}.`),
      clock,
      nativeError(error),
    ],
  });
  return startCountdown(seconds, {
    onTick: (left) => clock.replaceChildren(formatClock(left)),
    onEnd: () => clock.replaceWith(line('The next attempt is possible now.')),
  });
};

const showRefusal = (host, error) =>
  banner(host, {
    tone: 'wait',
    bit: '–',
    caption: 'no bit',
    title: error.filters ? 'This photo was not used' : 'No verdict',
    lines: [
      line(error.filters ? explainFilters(error.filters) : error.message),
      line(error.nextStep),
      nativeError(error),
    ],
  });

/**
 * The banner with the outcome.
 *
 * @param {HTMLElement} host a live region
 */
export const createVerdictView = (host) => {
  let stop = () => {};
  const restart = (show) => {
    stop();
    stop = show() ?? (() => {});
  };
  return {
    enrolled: ({ name, userId, stock }) =>
      restart(() =>
        banner(host, {
          tone: 'yes',
          bit: '✓',
          caption: 'enrolled',
          title: `${name} is enrolled`,
          lines: [
            line(`The services hold ${stock} circuits for this device, each good for one comparison.`),
            facts('User id ', element('code', {}, `${userId.slice(0, 16)}…`)),
          ],
        }),
      ),
    matched: ({ name, replacedCircuits, stock }) =>
      restart(() =>
        banner(host, {
          tone: 'yes',
          bit: '1',
          caption: 'one bit',
          title: `Match: this is ${name}`,
          lines: [
            facts(
              replacedCircuits > 0
                ? `Used circuits replaced: ${replacedCircuits}; ${stock} are ready.`
                : 'Used circuits will be replaced after the next match.',
            ),
          ],
        }),
      ),
    deleted: ({ name, wasOnServer }) =>
      restart(() =>
        banner(host, {
          tone: 'wait',
          bit: '×',
          caption: 'deleted',
          title: `${name} is deleted`,
          lines: [
            line(
              wasOnServer ? 'The services forgot the user.' : 'The services did not know the user any more.',
            ),
          ],
        }),
      ),
    failed: (error) =>
      restart(() => {
        const isVerdict = error.coreCode === 'FAILED_TO_AUTHENTICATE_USER';
        if (error.lockoutRemainingSeconds > 0) return showSuspended(host, error, isVerdict);
        return isVerdict ? showNoMatch(host, error) : showRefusal(host, error);
      }),
  };
};
