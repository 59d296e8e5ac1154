import { readHealth } from '../api.js';
import { element } from '../element.js';
import { countOf } from '../format.js';
import { badge } from '../parts/marks.js';
import { pageHead } from '../parts/page-head.js';
import { loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';

const states = {
  ready: { text: 'Ready', tone: 'yes' },
  unavailable: { text: 'Not ready', tone: 'no' },
  draining: { text: 'Stopping', tone: 'wait' },
  unreachable: { text: 'No answer', tone: 'no' },
};

const checksOf = ({ state, checks }) => {
  if (state === 'unreachable') return 'Check that it runs and that the dashboard knows its address.';
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  if (failed.length > 0) return `Fails: ${failed.join(', ')}`;
  return checks.length === 0 ? undefined : `Uses ${checks.map(({ name }) => name).join(', ')}`;
};

const columns = [
  { label: 'Service', cell: ({ name }) => element('strong', {}, name) },
  { label: 'State', cell: ({ state }) => badge(states[state].text, states[state].tone) },
  { label: 'What it depends on', cell: checksOf },
  { label: 'Answered in', kind: 'number', cell: ({ latencyMs }) => `${latencyMs} ms` },
];

const summary = (services) => {
  const ill = services.filter(({ state }) => state !== 'ready').length;
  return element(
    'p',
    { class: 'seal', 'data-tone': ill === 0 ? 'yes' : 'no' },
    element('strong', {}, ill === 0 ? 'Everything is ready' : `${countOf(ill, 'service')} not ready`),
    element('span', {}, `${countOf(services.length, 'service')} asked just now`),
  );
};

/** @param {import('../main.js').PageContext} context */
export const healthPage = ({ root }) => {
  const container = body();
  const show = () =>
    loadInto(container, readHealth, (rows) => [
      summary(rows),
      table({ caption: 'Health of the services', columns, rows }),
    ]);
  const again = element('button', { type: 'button', class: 'quiet', click: show }, 'Check again');
  root.replaceChildren(
    pageHead({ title: 'Health', lead: 'What each service says of itself, asked now.', actions: [again] }),
    container,
  );
  return show();
};
