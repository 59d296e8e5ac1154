import { KeylessEnrollElement } from '../elements/enroll/enroll-element.ts';
import { defineElement } from './define-element.ts';

defineElement('kl-enroll', KeylessEnrollElement);

declare global {
  interface HTMLElementTagNameMap {
    'kl-enroll': KeylessEnrollElement;
  }
}

export { KeylessEnrollElement };
