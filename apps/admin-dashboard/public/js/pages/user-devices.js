import { deleteDevice } from '../api.js';
import { element } from '../element.js';
import { countOf } from '../format.js';
import { confirmById } from '../parts/dialog.js';
import { badge, id, time } from '../parts/marks.js';
import { actionButton } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';
import { table } from '../parts/table.js';

/** Below this many circuits a device is close to needing a new enrollment. */
const LOW_STOCK = 5;
const FULL_STOCK = 25;

const deviceTypes = { SDK: 'App or browser', BACKUP: 'Backup', TEMPORARY_STATE: 'Temporary state' };
const deviceOrigins = { ANDROID: 'Android', IOS: 'iOS', KEYLESS_AGENT: 'Enrollment agent', WEB: 'Web' };

const stockOf = ({ circuits }) => {
  if (circuits === undefined) return element('span', { class: 'muted' }, 'Not known now');
  const { stock } = circuits;
  const isLow = stock < LOW_STOCK;
  return element(
    'span',
    { class: 'stock', 'data-low': isLow },
    element('progress', {
      value: Math.min(stock, FULL_STOCK),
      max: FULL_STOCK,
      'aria-label': 'Circuit stock',
    }),
    countOf(stock, 'circuit'),
    isLow ? badge(stock === 0 ? 'Used up' : 'Low', 'no') : null,
  );
};

const columns = [
  { label: 'Device', cell: ({ deviceId }) => id(deviceId) },
  { label: 'Type', cell: ({ deviceType }) => deviceTypes[deviceType] },
  { label: 'Origin', cell: ({ deviceOrigin }) => deviceOrigins[deviceOrigin] },
  {
    label: 'Versions',
    cell: ({ osVersion, sdkVersion }) =>
      [osVersion && `OS ${osVersion}`, sdkVersion && `SDK ${sdkVersion}`].filter(Boolean).join(', ') ||
      undefined,
  },
  { label: 'Stock', cell: stockOf },
  { label: 'Added', cell: ({ createdAtMs }) => time(createdAtMs) },
];

const askToDelete = (userId, { deviceId }, isLast) =>
  confirmById({
    title: 'Delete this device?',
    text: isLast
      ? 'It is the last device of the user, who has to enroll again to authenticate.'
      : 'It can no longer authenticate, and its circuits are deleted. The user and the other devices stay.',
    id: deviceId,
    submit: 'Delete device',
    onConfirm: () => deleteDevice(userId, deviceId),
  });

/**
 * @param {object} session
 * @param {string} userId
 * @param {readonly object[]} devices
 * @param {() => void} onDeleted called after a device was deleted
 */
export const deviceTable = (session, userId, devices, onDeleted) => {
  if (devices.length === 0) return emptyState('No devices', 'The user has to enroll again to authenticate.');
  const remove = async (device) => {
    if (await askToDelete(userId, device, devices.length === 1)) onDeleted();
  };
  const action = {
    label: 'Actions',
    kind: 'actions',
    cell: (device) =>
      actionButton(session, 'Delete', () => remove(device), {
        style: 'quiet small risky',
        label: `Delete device ${device.deviceId}`,
      }),
  };
  return table({
    caption: 'Devices of the user',
    columns: session.role === 'admin' ? [...columns, action] : columns,
    rows: devices,
  });
};
