import { KeylessAuthDialogElement } from '../elements/auth-dialog/auth-dialog-element.ts';
import { defineElement } from './define-element.ts';

defineElement('kl-auth-dialog', KeylessAuthDialogElement);

declare global {
  interface HTMLElementTagNameMap {
    'kl-auth-dialog': KeylessAuthDialogElement;
  }
}

export { KeylessAuthDialogElement };
