import { html } from 'lit';
import { alertIcon, checkIcon } from '../parts/icons.ts';
import { renderOval } from '../parts/oval.ts';
import { phoneButton } from './permission-step.ts';
import { slottedButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

/** Errors that the person can't mend by trying again. */
const FINAL_CODES = new Set([
  'CUSTOMER_UNSET',
  'KEY_DECODE_FAILED',
  'KEY_ID_UNSET',
  'KEY_UNSET',
  'RUNTIME_VIOLATION',
  'SERVER_CUSTOMER_NOT_FOUND',
  'SERVER_FORBIDDEN',
  'SERVER_NO_ATTEMPTS_LEFT',
  'SERVER_USER_ALREADY_ENROLLED',
  'SERVER_USER_NOT_FOUND',
  'SERVICE_URL_PARSE_FAILED',
  'SERVICE_URL_UNSET',
  'USERNAME_UNSET',
  'WEB_SOCKET_URL_PARSE_FAILED',
  'WEB_SOCKET_URL_UNSET',
]);

/** Errors that lie in this device's camera, so that a phone helps. */
const CAMERA_CODE = /^MEDIA_/;

/** True if a new attempt from here may succeed; a token of a transfer works once, so never on the phone. */
export const canRetry = (code: string, isJoined: boolean): boolean => !FINAL_CODES.has(code) && !isJoined;

export function doneStep(view: StepView): StepParts {
  const check = html`<span class="drawing strong">${checkIcon}</span>`;
  return {
    className: 'done',
    visual: html`<slot name="lottie-done">${renderOval({ look: 'done', content: check })}</slot>`,
    headline: view.stepText('headline'),
    text: view.stepText('text'),
    buttons: slottedButton('button-done', view.stepText('button'), () => view.send({ type: 'closed' })),
  };
}

export function errorStep(view: StepView): StepParts {
  const { failure, joinToken } = view.state;
  const code = failure?.code ?? '';
  const message = view.errorText(code, failure?.filters ?? []);
  const template = view.stepText('text');
  const alert = html`<span class="drawing strong">${alertIcon}</span>`;
  const isPhoneUseful = view.options.isPhoneOffered && CAMERA_CODE.test(code);
  return {
    className: 'error',
    visual: html`<slot name="lottie-error">${renderOval({ look: 'error', content: alert })}</slot>`,
    headline: view.stepText('headline'),
    text: template.replaceAll('{message}', message).replaceAll('{code}', code),
    note: template.includes('{code}') ? undefined : code,
    buttons: html`${
      canRetry(code, joinToken !== undefined)
        ? slottedButton('button-retry', view.stepText('button'), () => view.send({ type: 'retried' }))
        : undefined
    }
    ${isPhoneUseful ? phoneButton(view) : undefined}`,
  };
}
