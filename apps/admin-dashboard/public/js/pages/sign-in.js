import { signIn } from '../api.js';
import { element } from '../element.js';
import { textField } from '../parts/fields.js';
import { failureText } from '../parts/states.js';

/** @param {{ root: HTMLElement, reason?: string, onSignedIn: () => Promise<void> }} options */
export const signInPage = ({ root, reason, onSignedIn }) => {
  const name = textField(
    { label: 'Name', name: 'name' },
    { autocomplete: 'username', autocapitalize: 'none', maxlength: '64' },
  );
  const password = textField(
    { label: 'Password', name: 'password' },
    { type: 'password', autocomplete: 'current-password', maxlength: '256' },
  );
  const problem = element('p', { class: 'problem', role: 'alert' });
  const button = element('button', { type: 'submit', class: 'primary' }, 'Sign in');
  const form = element(
    'form',
    { class: 'panel', novalidate: true, 'aria-labelledby': 'sign-in-title' },
    name.field,
    password.field,
    problem,
    button,
  );

  const missing = () => {
    name.complain(name.input.value.trim() === '' ? 'Please give your name.' : '');
    password.complain(password.input.value === '' ? 'Please give your password.' : '');
    return form.querySelector('[aria-invalid="true"]');
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.hasAttribute('aria-disabled')) return;
    problem.replaceChildren();
    const first = missing();
    if (first) return first.focus();
    button.setAttribute('aria-disabled', 'true');
    button.replaceChildren('Signing in…');
    try {
      await signIn(name.input.value.trim(), password.input.value);
      await onSignedIn();
    } catch (error) {
      const { message, nextStep } = failureText(error);
      problem.replaceChildren(`${message} ${nextStep}`);
      password.input.value = '';
      password.input.focus();
    } finally {
      button.removeAttribute('aria-disabled');
      button.replaceChildren('Sign in');
    }
  });

  root.replaceChildren(
    element(
      'div',
      { class: 'sign-in' },
      element(
        'div',
        {},
        element('h1', { id: 'sign-in-title', tabindex: '-1' }, 'Operator dashboard'),
        element(
          'p',
          { class: 'muted', role: 'status' },
          reason ?? 'Sign in to see and change this installation.',
        ),
      ),
      form,
    ),
  );
  name.input.focus();
};
