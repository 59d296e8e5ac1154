import { changeOperator, createOperator, listOperators } from '../api.js';
import { element } from '../element.js';
import { confirmById, openDialog } from '../parts/dialog.js';
import { choiceField, selectField, textField } from '../parts/fields.js';
import { badge, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';

const roles = [
  ['viewer', 'Viewer', 'sees everything, changes nothing'],
  ['admin', 'Admin', 'may change everything'],
];
const MIN_PASSWORD_CHARS = 12;
const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

const columns = [
  { label: 'Name', cell: ({ name }) => element('strong', {}, name) },
  { label: 'Role', cell: ({ role }) => (role === 'admin' ? 'Admin' : 'Viewer') },
  { label: 'Tenant', cell: ({ customer }) => customer ?? 'all' },
  { label: 'Last sign-in', cell: ({ lastSignInAtMs }) => time(lastSignInAtMs) },
  { label: 'State', cell: ({ disabled }) => (disabled ? badge('Disabled') : badge('Enabled', 'yes')) },
];

const passwordField = (label, hint) =>
  textField(
    { label, name: 'password', hint },
    { type: 'password', autocomplete: 'new-password', maxlength: '256' },
  );

/** Marks a password that is too short; true if it is. */
const isTooShort = (password) => {
  const isShort = password.input.value.length < MIN_PASSWORD_CHARS;
  password.complain(isShort ? `At least ${MIN_PASSWORD_CHARS} characters, please.` : '');
  if (isShort) password.input.focus();
  return isShort;
};

const askForOperator = (session) => {
  const name = textField(
    { label: 'Name', name: 'name', hint: 'Small letters, digits, and . _ @ -' },
    { autocapitalize: 'none', maxlength: '64' },
  );
  const password = passwordField(
    'Password',
    `At least ${MIN_PASSWORD_CHARS} characters. Hand it over in person.`,
  );
  const role = choiceField({ legend: 'Role', name: 'role', type: 'radio' }, roles, ['viewer']);
  const customer = selectField(
    { label: 'May see', name: 'customer' },
    [['', 'Every tenant'], ...session.customers.map((one) => [one, `Tenant ${one} only`])],
    '',
  );
  return openDialog({
    title: 'Add an operator',
    submit: 'Add',
    content: [name.field, password.field, role.field, customer.field],
    onSubmit: async () => {
      const isWrong = !NAME.test(name.input.value.trim());
      name.complain(isWrong ? 'The name begins with a small letter or a digit.' : '');
      if (isWrong) name.input.focus();
      if (isWrong || isTooShort(password)) return false;
      const tenant = customer.input.value === '' ? {} : { customer: customer.input.value };
      await createOperator({
        name: name.input.value.trim(),
        password: password.input.value,
        role: role.values()[0],
        ...tenant,
      });
      return true;
    },
  });
};

const askForChanges = ({ operatorId, name, role }) => {
  const newRole = choiceField({ legend: 'Role', name: 'role', type: 'radio' }, roles, [role]);
  const password = passwordField('New password', 'Leave it empty to keep the present one.');
  return openDialog({
    title: `Change operator ${name}`,
    submit: 'Save',
    content: [
      element('p', { class: 'muted' }, 'Whatever changes ends the sessions of this operator.'),
      newRole.field,
      password.field,
    ],
    onSubmit: async () => {
      const text = password.input.value;
      if (text !== '' && isTooShort(password)) return false;
      const [chosen] = newRole.values();
      const changes = {
        ...(chosen === role ? {} : { role: chosen }),
        ...(text === '' ? {} : { password: text }),
      };
      if (Object.keys(changes).length > 0) await changeOperator(operatorId, changes);
      return true;
    },
  });
};

/** @param {import('../main.js').PageContext} context */
export const operatorsPage = ({ root, session }) => {
  const container = body();
  const after = async (isDone, text) => {
    if (!isDone) return;
    showNotice(text);
    await show();
    root.querySelector('h1').focus();
  };
  const setDisabled = async ({ operatorId, name, disabled }) => {
    if (disabled) {
      await changeOperator(operatorId, { disabled: false });
      return after(true, `Operator ${name} may sign in again.`);
    }
    const isDone = await confirmById({
      title: `Disable operator ${name}?`,
      text: 'Open sessions end, and nobody can sign in under this name until it is enabled again.',
      id: operatorId,
      submit: 'Disable',
      onConfirm: () => changeOperator(operatorId, { disabled: true }),
    });
    return after(isDone, `Operator ${name} is disabled.`);
  };
  const action = {
    label: 'Actions',
    kind: 'actions',
    cell: (operator) =>
      element(
        'span',
        { class: 'buttons' },
        actionButton(
          session,
          'Change',
          async () => after(await askForChanges(operator), `Operator ${operator.name} is changed.`),
          { label: `Change operator ${operator.name}` },
        ),
        operator.operatorId === session.actor.id
          ? null
          : actionButton(session, operator.disabled ? 'Enable' : 'Disable', () => setDisabled(operator), {
              style: operator.disabled ? 'quiet small' : 'quiet small risky',
              label: `${operator.disabled ? 'Enable' : 'Disable'} operator ${operator.name}`,
            }),
      ),
  };
  const show = () =>
    loadInto(container, listOperators, (rows) =>
      rows.length === 0
        ? emptyState('No operators', 'Add one to give somebody access to this dashboard.')
        : table({ caption: 'Operators', columns: [...columns, action], rows }),
    );
  root.replaceChildren(
    pageHead({
      title: 'Operators',
      lead: 'Who may use this dashboard. A viewer sees everything; an admin may change it.',
      actions: [
        actionButton(
          session,
          'Add operator',
          async () => after(await askForOperator(session), 'The operator is added.'),
          { style: 'primary' },
        ),
      ],
    }),
    container,
  );
  return show();
};
