import { element } from '../element.js';
import { shortId, utcText } from '../format.js';

const localTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment in the reader's own time, UTC in its title. @param {number | undefined} ms */
export const time = (ms) =>
  ms === undefined
    ? element('span', { class: 'muted' }, 'never')
    : element(
        'time',
        { datetime: new Date(ms).toISOString(), title: utcText(ms) },
        localTime.format(new Date(ms)),
      );

/** @param {string | Node} text @param {'yes' | 'no' | 'wait' | undefined} [tone] */
export const badge = (text, tone) => element('span', { class: 'badge', 'data-tone': tone }, text);

/** Name of an event or an act, such as `user.locked-out`, that breaks after its dots. @param {string} name */
export const dottedName = (name) => {
  const [first, ...rest] = name.split('.');
  return element('code', {}, first, ...rest.flatMap((part) => ['.', element('wbr'), part]));
};

/** An id cut to its ends, whole in its title. @param {string} id @param {string} [href] */
export const id = (id, href) =>
  href === undefined
    ? element('span', { class: 'id', title: id }, shortId(id))
    : element('a', { class: 'id', title: id, href }, shortId(id));

/** @param {string} userId */
export const userLink = (userId) => id(userId, `#/users/${userId}`);

/** Term and description pairs. @param {readonly [string, Node | string][]} pairs */
export const facts = (pairs) =>
  element(
    'dl',
    { class: 'facts' },
    ...pairs.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]),
  );

/** Copies a text and says so on itself. @param {string} text @param {string} what for a screen reader */
export const copyButton = (text, what) => {
  const button = element('button', { type: 'button', class: 'quiet small' }, 'Copy');
  button.setAttribute('aria-label', `Copy ${what}`);
  button.addEventListener('click', async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    button.replaceChildren(isCopied ? 'Copied' : 'Not allowed: select it by hand');
    button.setAttribute('aria-label', isCopied ? `Copied ${what}` : `Could not copy ${what}`);
  });
  return button;
};
