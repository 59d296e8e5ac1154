import { formatCents } from './money.js';

const at = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat('en-IE', { dateStyle: 'medium', timeStyle: 'short' });

const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
};

const titles = {
  opening: () => 'Welcome to Fernhollow',
  payment: ({ payee }) => payee,
  refused: ({ payee }) => `Refused: ${payee}`,
};
const signs = { opening: '+', payment: '−', refused: '' };

const lineOf = (entry) => {
  const time = make('time', '', when.format(entry.atMs));
  time.dateTime = new Date(entry.atMs).toISOString();
  const notes = entry.reason ? [time, ' · ', make('code', '', entry.reason)] : [time];
  const title = make('span', 'title', titles[entry.kind](entry));
  const money = make('span', 'money', `${signs[entry.kind]}${formatCents(entry.cents)}`);
  return make('li', entry.kind, make('span', 'what', title, make('span', 'notes', ...notes)), money);
};

/** Shows balance and history. @param {{ username: string, balanceCents: number, entries: object[] }} account */
export const showAccount = ({ username, balanceCents, entries }) => {
  at('who-name').textContent = username;
  at('balance').textContent = formatCents(balanceCents);
  at('history').replaceChildren(...entries.map(lineOf));
};

/** What became of a payment. @param {'paid' | 'refused'} kind @param {string} headline @param {string} text */
export const showOutcome = (kind, headline, text) => {
  at('outcome').replaceChildren(make('div', kind, make('strong', '', headline), make('p', '', text)));
};

export const clearOutcome = () => at('outcome').replaceChildren();
