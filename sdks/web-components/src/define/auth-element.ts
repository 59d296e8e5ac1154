import { KeylessAuthElement } from '../elements/auth/auth-element.ts';
import { defineElement } from './define-element.ts';

defineElement('kl-auth', KeylessAuthElement);

declare global {
  interface HTMLElementTagNameMap {
    'kl-auth': KeylessAuthElement;
  }
}

export { KeylessAuthElement };
