import { element } from '../element.js';

/**
 * Heading of a page with its lead and what can be done on it.
 *
 * @param {{ title: string, lead?: string | Node, trail?: Node, actions?: readonly (Node | null)[] }} options
 */
export const pageHead = ({ title, lead, trail, actions = [] }) =>
  element(
    'div',
    { class: 'page-head' },
    element(
      'div',
      {},
      trail ? element('p', { class: 'trail' }, trail) : null,
      element('h1', { tabindex: '-1' }, title),
      lead ? element('p', { class: 'lead' }, lead) : null,
    ),
    element('div', { class: 'buttons' }, ...actions),
  );

/** @param {string} title @param {readonly (Node | null)[]} actions @param {...Node} content */
export const section = (title, actions, ...content) =>
  element(
    'section',
    { class: 'section', 'aria-label': title },
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, title),
      element('div', { class: 'buttons' }, ...actions),
    ),
    ...content,
  );

/** A button for those who may use it; null for the others. */
export const actionButton = (session, text, onClick, { style = 'quiet small', label } = {}) =>
  session.role === 'admin'
    ? element('button', { type: 'button', class: style, 'aria-label': label, click: onClick }, text)
    : null;
