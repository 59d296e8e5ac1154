import { element } from './element.js';
import { parties } from './parties.js';

const kindTexts = { got: 'received', learned: 'learned', kept: 'keeps', gave: 'gave' };

const entryNode = ({ kind, text }) => {
  const bit = /^1 bit: (.*)$/.exec(text);
  const value = bit
    ? element('span', { class: 'one-bit', 'data-tone': bit[1] === 'match' ? 'yes' : 'no' }, text)
    : text;
  return [element('dt', {}, kindTexts[kind] ?? kind), element('dd', {}, value)];
};

const card = ({ party, title, role, never }, entries) =>
  element(
    'article',
    { class: 'party', 'data-party': party, 'data-lit': entries !== undefined && entries.length > 0 },
    element('div', {}, element('h3', {}, title), element('p', { class: 'role' }, role)),
    entries === undefined
      ? null
      : entries.length === 0
        ? element('p', { class: 'empty' }, 'Was not asked in this request.')
        : element('dl', {}, ...entries.flatMap(entryNode)),
    element('p', { class: 'never' }, element('b', {}, 'Never sees '), never, '.'),
  );

/**
 * A card for each party; without accounts only who they are.
 *
 * @param {HTMLElement} host
 * @param {ReadonlyArray<{ party: string, entries: ReadonlyArray<{ kind: string, text: string }> }>} [accounts]
 */
export const showParties = (host, accounts) => {
  const entriesOf = (party) =>
    accounts && (accounts.find((account) => account.party === party)?.entries ?? []);
  host.replaceChildren(...parties.map((known) => card(known, entriesOf(known.party))));
};
