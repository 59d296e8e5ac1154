import { html, nothing, type TemplateResult } from 'lit';

/**
 * A button inside its slot: a click on what the page put there works like one on the built-in button. An empty label
 * means that a pack took the button away.
 */
export const slottedButton = (
  slot: string,
  label: string,
  onClick: () => void,
  className = '',
): TemplateResult =>
  html`<span class="slotted" @click=${onClick}
    ><slot name=${slot}
      >${
        label
          ? html`<button type="button" class="button ${className} ${slot}" part="button ${slot}">${label}</button>`
          : nothing
      }</slot
    ></span
  >`;

export const plainButton = (label: string, onClick: () => void): TemplateResult | typeof nothing =>
  label
    ? html`<button type="button" class="button plain" part="button button-plain" @click=${onClick}>${label}</button>`
    : nothing;
