import * as api from '../api.js';
import { element } from '../element.js';
import { countOf, webhookEvents } from '../format.js';
import { confirmById, openDialog, showSecret } from '../parts/dialog.js';
import { choiceField, selectField, textField } from '../parts/fields.js';
import { badge, dottedName, facts, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead, section } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, pagedList, table } from '../parts/table.js';

export const deliveryStates = {
  pending: { text: 'Pending', tone: 'wait' },
  delivered: { text: 'Delivered', tone: 'yes' },
  dead: { text: 'Dead', tone: 'no' },
};

const urlProblem = (text) => {
  if (!URL.canParse(text)) return 'An address begins with https://.';
  const { protocol, hostname, username, hash } = new URL(text);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) {
    return 'Use https; http is for addresses of this machine alone.';
  }
  return username !== '' || hash !== '' ? 'Leave out user names and what follows a #.' : '';
};

const askForWebhook = (title, submit, { url = '', eventTypes = [] }, onSave) => {
  const address = textField(
    { label: 'Address', name: 'url', hint: 'Events are posted here, signed with a secret of this webhook.' },
    { type: 'url', value: url, maxlength: '2048', placeholder: 'https://' },
  );
  const events = choiceField(
    { legend: 'Events', name: 'eventTypes', type: 'checkbox' },
    Object.entries(webhookEvents),
    eventTypes,
  );
  return openDialog({
    title,
    submit,
    content: [address.field, events.field],
    onSubmit: async () => {
      const text = address.input.value.trim();
      const problem = urlProblem(text);
      address.complain(problem);
      events.complain(problem === '' && events.values().length === 0 ? 'Please choose at least one.' : '');
      if (problem !== '') address.input.focus();
      if (problem !== '' || events.values().length === 0) return false;
      try {
        await onSave({ url: text, eventTypes: events.values() });
      } catch (error) {
        if (!(error instanceof api.ApiError) || error.code !== 'BAD_REQUEST') throw error;
        address.complain('The server refuses this address; private ones need its WEBHOOK_PRIVATE_RANGES.');
        address.input.focus();
        return false;
      }
      return true;
    },
  });
};

const secretText = 'Your server checks the signature of each event with it (header Kl-Signature).';

/** What an admin may do with a webhook; `after` shows the outcome. */
const webhookActions = (session, webhook, after) => {
  const { webhookId, enabled, deadDeliveries, url } = webhook;
  const edit = () =>
    askForWebhook('Change the webhook', 'Save', webhook, (changes) =>
      api.changeWebhook(webhookId, changes),
    ).then((isDone) => isDone && after('The webhook is changed.'));
  const toggle = () =>
    after(
      enabled ? 'The webhook is paused: it gets no new events.' : 'The webhook is on.',
      api.changeWebhook(webhookId, { enabled: !enabled }),
    );
  const rotate = async () => {
    let rotated;
    const isDone = await openDialog({
      title: 'Make a new secret?',
      submit: 'Make a new secret',
      content: [element('p', {}, 'For 24 hours, events carry signatures by both secrets.')],
      onSubmit: async () => {
        rotated = await api.rotateWebhookSecret(webhookId);
      },
    });
    if (!isDone) return;
    await showSecret({ title: 'The new secret', text: secretText, secret: rotated.secret });
    await after('The webhook has a new secret.');
  };
  const remove = async () => {
    const isDone = await confirmById({
      title: 'Delete this webhook?',
      text: 'Its deliveries go with it, those not delivered yet as well.',
      id: webhookId,
      submit: 'Delete',
      onConfirm: () => api.deleteWebhook(webhookId),
    });
    if (isDone) await after('The webhook is deleted.');
  };
  const replay = async () => {
    const { replayed } = await api.replayDeadDeliveries(webhookId);
    await after(`${countOf(replayed, 'event')} will be sent once more.`);
  };
  const button = (text, run, style) =>
    actionButton(session, text, run, { ...(style ? { style } : {}), label: `${text}: ${url}` });
  return element(
    'div',
    { class: 'buttons card-actions' },
    deadDeliveries > 0 ? button('Replay dead events', () => after.guard(replay), 'primary small') : null,
    button('Change', edit),
    button(enabled ? 'Pause' : 'Resume', () => after.guard(toggle)),
    button('New secret', rotate),
    button('Delete', remove, 'quiet small risky'),
  );
};

const webhookCard = (session, webhook, after) =>
  element(
    'section',
    { class: 'panel card', 'aria-label': webhook.url },
    element(
      'div',
      { class: 'card-head' },
      element('h3', { class: 'whole-id' }, webhook.url),
      webhook.enabled ? badge('On', 'yes') : badge('Paused'),
    ),
    facts([
      [
        'Events',
        element('span', { class: 'events' }, ...webhook.eventTypes.map((type) => badge(dottedName(type)))),
      ],
      ['Waiting', countOf(webhook.pendingDeliveries, 'delivery', 'deliveries')],
      [
        'Dead',
        webhook.deadDeliveries === 0
          ? 'none'
          : badge(countOf(webhook.deadDeliveries, 'delivery', 'deliveries'), 'no'),
      ],
      ['Created', time(webhook.createdAtMs)],
    ]),
    session.role === 'admin' ? webhookActions(session, webhook, after) : null,
  );

const deliveryColumns = [
  { label: 'Created', cell: ({ createdAtMs }) => time(createdAtMs) },
  {
    label: 'Event',
    cell: ({ deliveryId, eventType }) =>
      element('a', { href: `#/webhooks/deliveries/${deliveryId}` }, dottedName(eventType)),
  },
  { label: 'State', cell: ({ state }) => badge(deliveryStates[state].text, deliveryStates[state].tone) },
  { label: 'Attempts', kind: 'number', cell: ({ attempts }) => String(attempts) },
  {
    label: 'Next or last',
    cell: ({ nextAttemptAtMs, finishedAtMs }) =>
      nextAttemptAtMs === undefined && finishedAtMs === undefined
        ? undefined
        : time(nextAttemptAtMs ?? finishedAtMs),
  },
];

/** @param {import('../main.js').PageContext} context */
export const webhooksPage = ({ root, session, query, rememberQuery, showFailure }) => {
  const subscriptions = body();
  const deliveries = body();
  const state = selectField(
    { label: 'State', name: 'state' },
    [['', 'All'], ...Object.entries(deliveryStates).map(([key, { text }]) => [key, text])],
    query.get('state') ?? '',
  );
  const showDeliveries = pagedList({
    container: deliveries,
    load: async (before) => {
      const answer = await api.listDeliveries({ state: state.input.value, before });
      return { rows: answer.deliveries, next: answer.next };
    },
    render: (rows) => table({ caption: 'Deliveries', columns: deliveryColumns, rows }),
    empty: () =>
      state.input.value === 'dead'
        ? emptyState('No dead events', 'Every event arrived or is still being tried.')
        : emptyState('No deliveries', 'They appear here when an event happens.'),
  });
  const after = async (text, change) => {
    await change;
    showNotice(text);
    await show();
    root.querySelector('h1').focus();
  };
  after.guard = (run) => run().catch(showFailure);
  const create = async () => {
    let created;
    const isDone = await askForWebhook('Add a webhook', 'Add', {}, async (body) => {
      created = await api.createWebhook(body);
    });
    if (!isDone) return;
    await showSecret({ title: 'The secret of the webhook', text: secretText, secret: created.secret });
    await after('The webhook is added.');
  };
  const show = () =>
    Promise.all([
      loadInto(subscriptions, api.listWebhooks, (rows) =>
        rows.length === 0
          ? emptyState('No webhooks', 'Add one, and your server is told when something happens.')
          : element(
              'div',
              { class: 'cards' },
              ...rows.map((webhook) => webhookCard(session, webhook, after)),
            ),
      ),
      showDeliveries(),
    ]);
  state.input.addEventListener('change', () => {
    rememberQuery({ state: state.input.value });
    showDeliveries();
  });
  root.replaceChildren(
    pageHead({
      title: 'Webhooks',
      lead: 'Events as signed posts to your servers: ids only, tried again until they arrive or are given up.',
      actions: [actionButton(session, 'Add webhook', create, { style: 'primary' })],
    }),
    section('Subscriptions', [], subscriptions),
    section('Deliveries', [], element('div', { class: 'filters' }, state.field), deliveries),
  );
  return show();
};
