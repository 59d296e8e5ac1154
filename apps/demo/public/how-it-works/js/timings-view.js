import { element } from './element.js';
import { formatMs } from './format.js';

const stages = {
  pipelineMs: 'Face pipeline',
  enrollmentMs: 'Enrollment round trips',
  deviceAuthMs: 'Device auth',
  userAuthMs: 'User auth',
  sendCircuitMs: 'Send circuit',
  verifyJwtMs: 'Verify JWT',
};

const rows = (label, ms, longestMs) => {
  const gauge = element('span');
  gauge.style.setProperty('--share', String(ms / longestMs));
  return [
    element('tr', {}, element('th', { scope: 'row' }, label), element('td', {}, formatMs(ms))),
    element('tr', { class: 'gauge', 'aria-hidden': 'true' }, element('td', { colspan: 2 }, gauge)),
  ];
};

/**
 * Where the time went, as the client party measured it.
 *
 * @param {HTMLElement} host
 * @param {Record<string, number> | undefined} timings
 */
export const showTimings = (host, timings = {}) => {
  const present = Object.entries(stages).filter(([stage]) => timings[stage] !== undefined);
  if (present.length === 0) return host.replaceChildren();
  const longestMs = Math.max(...present.map(([stage]) => timings[stage]));
  host.replaceChildren(
    element(
      'section',
      { class: 'panel', 'aria-label': 'Timings' },
      element('h3', {}, 'Time, as the client party measured it'),
      element(
        'table',
        { class: 'timings' },
        element('tbody', {}, ...present.flatMap(([stage, label]) => rows(label, timings[stage], longestMs))),
      ),
    ),
  );
};
