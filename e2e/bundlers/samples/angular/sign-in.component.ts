import { Component, CUSTOM_ELEMENTS_SCHEMA, EventEmitter, Input, Output } from '@angular/core';
import type { KeylessElementEvent } from '@keyless/sdk-web-components';
import '@keyless/sdk-web-components';

@Component({
  selector: 'app-sign-in',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<kl-auth
    customer="acme"
    service-url="https://auth.example.com"
    [username]="username"
    (finished)="told($event)"
  ></kl-auth>`,
})
export class SignInComponent {
  @Input() username = '';
  @Output() readonly jwt = new EventEmitter<string | undefined>();

  /** Templates know the events of unknown elements as `Event`. */
  told(event: Event): void {
    this.jwt.emit((event as KeylessElementEvent<'finished'>).detail.jwt);
  }
}
