import { KeylessEnrollDialogElement } from '../elements/enroll-dialog/enroll-dialog-element.ts';
import { defineElement } from './define-element.ts';

defineElement('kl-enroll-dialog', KeylessEnrollDialogElement);

declare global {
  interface HTMLElementTagNameMap {
    'kl-enroll-dialog': KeylessEnrollDialogElement;
  }
}

export { KeylessEnrollDialogElement };
