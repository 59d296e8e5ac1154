/** Contract of the elements beside their attributes; the manifest and the README's tables are held against it. */

export interface ReferenceRow {
  readonly name: string;
  readonly description: string;
}

const row = (name: string, description: string): ReferenceRow => ({ name, description });

export const ELEMENT_EVENTS: readonly ReferenceRow[] = [
  row('step-change', '`detail.step`, for permission steps also `detail.permission`.'),
  row('ws-open', 'The connection is open.'),
  row('ws-close', 'The connection is closed.'),
  row('begin-stream', 'The server waits for frames.'),
  row('recognition-start', 'The same moment, newer name.'),
  row('video-frame-quality', '`detail.filters`: filters of the page for one frame; also `event.filters`.'),
  row(
    'frame-results',
    '`detail.filters`: filters of the server for one frame; also `event.message.filters`.',
  ),
  row('stop-stream', 'The server has enough frames.'),
  row('non-cancelable', 'From here on the server decides.'),
  row('finished', 'Success: `detail.jwt`, `detail.seedEntropy`, `detail.keylessId`; also `event.data`.'),
  row('success', 'The same, newer name.'),
  row(
    'error',
    'An `ErrorEvent`: `event.message` is the code; `event.filters`, `event.lockoutExpiresAt`, `event.isRecoverable`.',
  ),
  row('recoverable-error', '`detail.code`: the person can mend it, such as a refused camera.'),
  row('recognition-failure', '`detail.code`: recognition itself failed.'),
  row('close', 'The person closed the element; a dialog is closed already.'),
];

export const ELEMENT_SLOTS: readonly ReferenceRow[] = [
  row('button-cancel', 'Gives the attempt up and starts again; closes the element after a lockout.'),
  row('button-close', 'Closes the element. In place it is shown only if the page fills it.'),
  row('button-camera-permissions', 'Asks for the camera.'),
  row('button-flash', 'Switches the white light of the screen.'),
  row('button-retry', 'Begins the whole flow again.'),
  row('button-done', 'Ends a flow that succeeded.'),
  row('buttons-stm-choice', 'Both buttons of the choice of a device.'),
  row('lottie-spinner', 'Animation while waiting.'),
  row('spinner', 'Other name of it.'),
  row('lottie-done', 'Animation of success.'),
  row('lottie-error', 'Animation of an error.'),
  row('texts', 'Headline and text.'),
  row('camera-instructions', 'List of hints.'),
  row('camera-tip', 'Tip below the picture.'),
  row('camera-select', 'List of cameras.'),
  row('camera-backdrop', 'Behind the picture.'),
  row('camera-biometric', 'The picture with its ring.'),
  row('stm-qrcode', 'The QR code.'),
  row('powered-by', 'Line at the foot.'),
];

export const ELEMENT_METHODS: readonly ReferenceRow[] = [
  row('dispose', 'Ends camera, connection and flow.'),
  row('start', 'Begins a flow, unless one is running. Called on mount.'),
  row('cancel', 'Gives the attempt up and starts again; returns an `Error` once the server decides.'),
  row('retry', 'Begins the whole flow again.'),
  row('close', 'Closes the element.'),
];

export interface ElementEntry {
  readonly tag: string;
  readonly className: string;
  readonly module: string;
  readonly summary: string;
  readonly isDialog: boolean;
}

export const ELEMENTS: readonly ElementEntry[] = [
  {
    tag: 'kl-auth',
    className: 'KeylessAuthElement',
    module: 'elements/auth/auth-element',
    summary: 'Authenticates an enrolled person in place.',
    isDialog: false,
  },
  {
    tag: 'kl-enroll',
    className: 'KeylessEnrollElement',
    module: 'elements/enroll/enroll-element',
    summary: "Enrolls a person's face in place.",
    isDialog: false,
  },
  {
    tag: 'kl-auth-dialog',
    className: 'KeylessAuthDialogElement',
    module: 'elements/auth-dialog/auth-dialog-element',
    summary: 'Authenticates an enrolled person in a modal dialog.',
    isDialog: true,
  },
  {
    tag: 'kl-enroll-dialog',
    className: 'KeylessEnrollDialogElement',
    module: 'elements/enroll-dialog/enroll-dialog-element',
    summary: "Enrolls a person's face in a modal dialog.",
    isDialog: true,
  },
];
