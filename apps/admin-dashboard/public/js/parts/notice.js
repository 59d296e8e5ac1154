import { element } from '../element.js';

const region = () => document.getElementById('notice');

export const clearNotice = () => region().replaceChildren();

/** Says what was done, until it is dismissed or the page changes. @param {'yes' | 'wait'} [tone] */
export const showNotice = (text, tone = 'yes') => {
  const dismiss = element('button', { type: 'button', class: 'quiet small' }, 'Dismiss');
  dismiss.addEventListener('click', () => {
    clearNotice();
    document.getElementById('main').focus();
  });
  region().replaceChildren(
    element('div', { class: 'notice', 'data-tone': tone }, element('p', {}, text), dismiss),
  );
};
