import { ApiError, changeSettings, readSettings } from '../api.js';
import { element } from '../element.js';
import { countOf, formatDuration } from '../format.js';
import { choiceField, textField } from '../parts/fields.js';
import { showNotice } from '../parts/notice.js';
import { pageHead } from '../parts/page-head.js';
import { errorState, loadInto } from '../parts/states.js';
import { body } from '../parts/table.js';
import { changesOf, problemOf, settingGroups } from './settings-fields.js';

const isWholeNumber = (text) => /^\d+$/.test(text);

const switchField = ({ label, name, hint }, value) => {
  const input = element('input', { type: 'checkbox', name, checked: value === true });
  const field = element(
    'div',
    { class: 'field' },
    element(
      'label',
      { class: 'choice' },
      input,
      element('span', {}, element('strong', {}, label), element('span', { class: 'hint' }, ` ${hint}`)),
    ),
  );
  return { field, value: () => input.checked, check: () => true };
};

const radioField = ({ label, name, choices, otherwise }, value) => {
  const { field, values } = choiceField({ legend: label, name, type: 'radio' }, choices, [
    value ?? otherwise,
  ]);
  return { field, value: () => values()[0], check: () => true };
};

/** A text input that checks itself, and beside seconds says what they amount to. */
const inputField = (setting, value) => {
  const isNumber = ['count', 'seconds', 'days'].includes(setting.kind);
  const inWords = element('span', { class: 'muted' });
  const { field, input, complain } = textField(
    { label: setting.label, name: setting.name, hint: setting.hint },
    { value: value ?? '', inputmode: isNumber ? 'numeric' : undefined, maxlength: isNumber ? '9' : '2048' },
  );
  if (isNumber) {
    const row = element('div', { class: 'with-unit' });
    input.before(row);
    row.append(input, inWords);
  }
  const describe = () => {
    const text = input.value.trim();
    const unit = setting.unit ?? setting.kind;
    const isLong = setting.kind === 'seconds' && isWholeNumber(text) && Number(text) >= 60;
    inWords.replaceChildren(isLong ? `${unit}, ${formatDuration(Number(text))}` : unit);
  };
  const check = () => {
    const problem = problemOf(setting, input.value.trim());
    complain(problem);
    return problem === '';
  };
  input.addEventListener('input', describe);
  input.addEventListener('change', check);
  describe();
  return { field, value: () => input.value.trim(), check, complain, input };
};

const makers = { switch: switchField, choice: radioField };

/** Settings whose keys decide who is let in: the server takes them over https. */
const addressNames = ['userAuthorizationJwksUri', 'openidConfigurationUrl'];

const needsAddress = (fields) =>
  fields.userAuthorizationType.value() === 'RemoteJWKSet' && fields.userAuthorizationJwksUri.value() === '';

/** Every field by the name of its setting, and the panels they stand in. */
const fieldPanels = (settings) => {
  const fields = {};
  const panels = settingGroups.map((group) =>
    element(
      'section',
      { class: 'panel', 'aria-label': group.title },
      element('h2', {}, group.title),
      element(
        'div',
        { class: 'fields' },
        ...group.fields.map((setting) => {
          const made = (makers[setting.kind] ?? inputField)(setting, settings[setting.name]);
          fields[setting.name] = made;
          return made.field;
        }),
      ),
    ),
  );
  return { fields, panels };
};

/** Checks every field, so that each shows its own problem. */
const areValid = (fields) => {
  const results = Object.values(fields).map(({ check }) => check());
  if (needsAddress(fields)) {
    fields.userAuthorizationJwksUri.complain('Where are the public keys of your tokens?');
    return false;
  }
  return results.every(Boolean);
};

const makeReadOnly = (form) => {
  for (const input of form.querySelectorAll('input')) {
    if (input.type === 'text') input.readOnly = true;
    else input.disabled = true;
  }
};

/** What kept the changes from being saved; somebody else's changes are one step away. */
const saveFailure = (error, { fields, changes, reload }) => {
  const state = errorState(error);
  const code = error instanceof ApiError ? error.code : undefined;
  if (code === 'JWKS_URI_NOT_HTTPS') {
    const isPlain = (name) => String(changes[name]).startsWith('http:');
    for (const name of addressNames.filter(isPlain)) fields[name].complain(error.message);
  }
  if (code === 'CONFLICT') {
    const attributes = { type: 'button', class: 'quiet small', click: reload };
    state.append(element('button', attributes, 'Load the present settings'));
  }
  return state;
};

const settingsForm = ({ version, settings }, session, onSaved) => {
  const isAdmin = session.role === 'admin';
  const { fields, panels } = fieldPanels(settings);
  const outcome = element('div', { class: 'body' });
  const save = element('button', { type: 'submit', class: 'primary' }, 'Save changes');
  const form = element(
    'form',
    { class: 'settings', novalidate: true },
    ...panels,
    outcome,
    isAdmin
      ? element(
          'div',
          { class: 'buttons save' },
          save,
          element('span', { class: 'hint' }, `Version ${version}`),
        )
      : element('p', { class: 'hint' }, `Version ${version}. An admin may change these.`),
  );
  if (!isAdmin) makeReadOnly(form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!isAdmin || save.hasAttribute('aria-disabled')) return;
    outcome.replaceChildren();
    if (!areValid(fields)) return form.querySelector('[aria-invalid="true"]').focus();
    const entered = Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value()]));
    const changes = changesOf(settings, entered);
    const count = Object.keys(changes).length;
    if (count === 0) return showNotice('Nothing was changed.', 'wait');
    save.setAttribute('aria-disabled', 'true');
    try {
      await changeSettings(version, changes);
      showNotice(`${countOf(count, 'setting')} changed.`);
      await onSaved();
    } catch (error) {
      outcome.replaceChildren(saveFailure(error, { fields, changes, reload: onSaved }));
    } finally {
      save.removeAttribute('aria-disabled');
    }
  });
  return form;
};

/** @param {import('../main.js').PageContext} context */
export const settingsPage = ({ root, session }) => {
  const container = body();
  const show = () =>
    loadInto(container, readSettings, (answer) =>
      settingsForm(answer, session, async () => {
        await show();
        root.querySelector('h1').focus();
      }),
    );
  root.replaceChildren(
    pageHead({
      title: 'Settings',
      lead: 'What this tenant decides for itself. Changes hold for what begins after them.',
    }),
    container,
  );
  return show();
};
