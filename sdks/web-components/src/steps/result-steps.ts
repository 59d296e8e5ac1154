import { html, type TemplateResult } from 'lit';
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

/** The time that is left, as minutes and seconds; from an hour on with hours before them. */
export function countdownText(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = hours > 0 ? [hours, minutes, rest] : [minutes, rest];
  return parts.map((part, index) => (index === 0 ? `${part}` : `${part}`.padStart(2, '0'))).join(':');
}

/** While the person is locked out the time that is left, then that it is over. */
function lockoutDetails(view: StepView): TemplateResult {
  const { lockoutSeconds } = view.options;
  if (!lockoutSeconds) return html`<p class="text">${view.text('controls.lockout_over')}</p>`;
  // Not live: a reader that wants to know reads it, and hears when it is over.
  return html`<p
    class="countdown" part="countdown" role="timer" aria-live="off" aria-label=${view.text('controls.lockout_countdown')}
  >${countdownText(lockoutSeconds)}</p>`;
}

/** A new attempt, unless it can't help; who is locked out can only leave until the time has run out. */
function errorButtons(view: StepView, code: string): TemplateResult {
  const { lockoutSeconds, isPhoneOffered } = view.options;
  const isLockout = lockoutSeconds !== undefined;
  const isRetryOffered = canRetry(code, view.state.joinToken !== undefined) && !lockoutSeconds;
  const retry = () => view.send({ type: 'retried' });
  const close = () => view.send({ type: 'closed' });
  const look = lockoutSeconds ? '' : 'plain';
  return html`${isRetryOffered ? slottedButton('button-retry', view.stepText('button'), retry) : undefined}
    ${isLockout ? slottedButton('button-cancel', view.text('controls.close'), close, look) : undefined}
    ${isPhoneOffered && CAMERA_CODE.test(code) ? phoneButton(view) : undefined}`;
}

export function errorStep(view: StepView): StepParts {
  const { failure } = view.state;
  const code = failure?.code ?? '';
  const message = view.errorText(code, failure?.filters ?? []);
  const template = view.stepText('text');
  const alert = html`<span class="drawing strong">${alertIcon}</span>`;
  return {
    className: 'error',
    visual: html`<slot name="lottie-error">${renderOval({ look: 'error', content: alert })}</slot>`,
    headline: view.stepText('headline'),
    text: template.replaceAll('{message}', message).replaceAll('{code}', code),
    note: template.includes('{code}') ? undefined : code,
    details: view.options.lockoutSeconds === undefined ? undefined : lockoutDetails(view),
    buttons: errorButtons(view, code),
  };
}
