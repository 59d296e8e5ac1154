import { readDelivery, replayDelivery } from '../api.js';
import { element } from '../element.js';
import { deliveryFailures } from '../format.js';
import { badge, dottedName, facts, time } from '../parts/marks.js';
import { showNotice } from '../parts/notice.js';
import { actionButton, pageHead, section } from '../parts/page-head.js';
import { emptyState, loadInto } from '../parts/states.js';
import { body, table } from '../parts/table.js';
import { deliveryStates } from './webhooks.js';

const attemptColumns = [
  { label: 'Time', cell: ({ attemptedAtMs }) => time(attemptedAtMs) },
  {
    label: 'Outcome',
    cell: ({ failure }) => (failure === undefined ? badge('Arrived', 'yes') : badge('Failed', 'no')),
  },
  {
    label: 'Why',
    cell: ({ failure, httpStatus }) =>
      [failure && (deliveryFailures[failure] ?? failure), httpStatus && `HTTP ${httpStatus}`]
        .filter(Boolean)
        .join(', ') || undefined,
  },
  { label: 'Took', kind: 'number', cell: ({ durationMs }) => `${durationMs} ms` },
];

/** @param {import('../main.js').PageContext} context */
export const deliveryDetailPage = ({ root, params: [deliveryId], session, showFailure }) => {
  const container = body();
  const place = element('span');
  const replay = async () => {
    try {
      await replayDelivery(deliveryId);
    } catch (error) {
      return showFailure(error);
    }
    showNotice('The event will be sent once more, with the same id.');
    await show();
    root.querySelector('h1').focus();
  };
  const show = () =>
    loadInto(
      container,
      () => readDelivery(deliveryId),
      ({ delivery, event, attempts }) => {
        const { state, finishedAtMs, nextAttemptAtMs, createdAtMs } = delivery;
        const button =
          state === 'pending' ? null : actionButton(session, 'Send once more', replay, { style: 'primary' });
        place.replaceChildren(...(button ? [button] : []));
        return [
          element(
            'div',
            { class: 'panel' },
            facts([
              ['Event', dottedName(delivery.eventType)],
              ['Event id', element('span', { class: 'whole-id' }, delivery.eventId)],
              ['State', badge(deliveryStates[state].text, deliveryStates[state].tone)],
              ['Created', time(createdAtMs)],
              ...(nextAttemptAtMs === undefined ? [] : [['Next attempt', time(nextAttemptAtMs)]]),
              ...(finishedAtMs === undefined ? [] : [['Finished', time(finishedAtMs)]]),
            ]),
          ),
          section(
            'Attempts',
            [],
            attempts.length === 0
              ? emptyState('Not tried yet', 'The first attempt follows in a moment.')
              : table({ caption: 'Attempts', columns: attemptColumns, rows: attempts }),
          ),
          section(
            'What is posted',
            [],
            element(
              'pre',
              { class: 'json', tabindex: '0', 'aria-label': 'Event as JSON', role: 'region' },
              JSON.stringify(event, null, 2),
            ),
          ),
        ];
      },
    );
  root.replaceChildren(
    pageHead({
      title: `Delivery ${deliveryId}`,
      trail: element('a', { href: '#/webhooks' }, 'Webhooks'),
      actions: [place],
    }),
    container,
  );
  return show();
};
