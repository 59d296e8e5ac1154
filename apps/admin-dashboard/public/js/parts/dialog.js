import { element, uniqueId } from '../element.js';
import { textField } from './fields.js';
import { copyButton } from './marks.js';
import { failureText } from './states.js';

/**
 * A modal dialog around a form. `onSubmit` returns false to keep it open; what it throws is shown inside. Focus goes
 * back to where it was, or to the heading of the page if that is gone.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {readonly Node[]} options.content
 * @param {string} options.submit text of the button
 * @param {boolean} [options.isRisky]
 * @param {string | null} [options.cancel] null: there is nothing to cancel
 * @param {() => Promise<unknown> | unknown} options.onSubmit
 * @returns {Promise<boolean>} true once submitted, false if it was left
 */
export const openDialog = ({ title, content, submit, isRisky, cancel = 'Cancel', onSubmit }) => {
  const opener = document.activeElement;
  const titleId = uniqueId('dialog');
  const problem = element('p', { class: 'problem', role: 'alert' });
  const button = element('button', { type: 'submit', class: isRisky ? 'danger' : 'primary' }, submit);
  const leave =
    cancel === null
      ? null
      : element('button', { type: 'button', class: 'quiet', click: () => dialog.close() }, cancel);
  const form = element(
    'form',
    { novalidate: true },
    element('h2', { id: titleId }, title),
    ...content,
    problem,
    element('div', { class: 'buttons end' }, leave, button),
  );
  const dialog = element('dialog', { 'aria-labelledby': titleId }, form);
  document.body.append(dialog);
  let isDone = false;
  let isBusy = false;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    button.setAttribute('aria-disabled', 'true');
    problem.replaceChildren();
    try {
      if ((await onSubmit()) !== false) {
        isDone = true;
        dialog.close();
      }
    } catch (error) {
      const { message, nextStep } = failureText(error);
      problem.replaceChildren(`${message} ${nextStep}`);
    } finally {
      isBusy = false;
      button.removeAttribute('aria-disabled');
    }
  });
  // What is shown once is not lost to a slip of the Escape key.
  if (cancel === null) dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      else if (document.activeElement === document.body) document.querySelector('#page h1')?.focus();
      resolve(isDone);
    });
  });
};

const LAST = 4;

/**
 * Asks for the last four characters of an id before something is gone for good.
 *
 * @param {{ title: string, text: string, id: string, submit: string, onConfirm: () => Promise<unknown> }} options
 */
export const confirmById = ({ title, text, id, submit, onConfirm }) => {
  const end = id.slice(-LAST);
  const typed = textField(
    { label: `Type the last ${LAST} characters to confirm`, name: 'confirmation' },
    { class: 'mono', maxlength: LAST, autocapitalize: 'none' },
  );
  return openDialog({
    title,
    submit,
    isRisky: true,
    content: [
      element('p', {}, text),
      element('p', { class: 'full-id' }, id.slice(0, -LAST), element('b', {}, end)),
      typed.field,
    ],
    onSubmit: async () => {
      if (typed.input.value.trim().toLowerCase() !== end.toLowerCase()) {
        typed.complain(`These are not the last ${LAST} characters of the id.`);
        typed.input.focus();
        return false;
      }
      await onConfirm();
      return true;
    },
  });
};

/**
 * Shows secrets that no later answer holds.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.text
 * @param {string} [options.submit]
 * @param {readonly { label: string, hint?: string, what: string, value: string }[]} options.secrets
 */
export const showSecrets = ({ title, text, secrets, submit = 'I have stored it' }) => {
  const rows = secrets.map(({ label, hint, what, value }) => {
    const shown = textField({ label, hint, name: 'secret' }, { readonly: true, class: 'mono', value });
    shown.input.addEventListener('focus', () => shown.input.select());
    return element(
      'div',
      { class: 'secret' },
      shown.field,
      element('div', { class: 'buttons' }, copyButton(value, what)),
    );
  });
  return openDialog({
    title,
    submit,
    cancel: null,
    content: [element('p', {}, text), ...rows],
    onSubmit: () => true,
  });
};

/** Shows one secret. @param {{ title: string, text: string, secret: string }} options */
export const showSecret = ({ title, text, secret }) =>
  showSecrets({
    title,
    text,
    secrets: [{ label: 'Copy it now: it is not shown again', what: 'the secret', value: secret }],
  });
