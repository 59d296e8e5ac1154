import { html, nothing } from 'lit';
import { phoneIcon } from '../parts/icons.ts';
import { renderOval } from '../parts/oval.ts';
import { renderQrCode } from '../parts/qr-code.ts';
import { plainButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

const phone = html`<span class="drawing">${phoneIcon}</span>`;

/** The choice between this device and a phone (stm: switch to mobile). */
export function phoneChoiceStep(view: StepView): StepParts {
  return {
    className: 'stm-choice',
    visual: renderOval({ look: 'idle', content: phone }),
    headline: view.stepText('headline'),
    text: view.stepText('text'),
    buttons: html`<slot name="buttons-stm-choice">
      <div class="buttons-stm-choice">
        <button type="button" class="button" part="button" @click=${() => view.send({ type: 'phone-chosen' })}>
          ${view.stepText('button')}
        </button>
        ${plainButton(view.stepText('secondary_button'), () => view.send({ type: 'here-chosen' }))}
      </div>
    </slot>`,
  };
}

/** The link for the phone as QR code and to copy; once the phone took over, only a note that it did. */
export function qrCodeStep(view: StepView): StepParts {
  const { transfer } = view.state;
  const url = view.options.transferURL;
  const isJoined = transfer?.isJoined === true;
  const code = url
    ? renderQrCode(url, view.text('controls.qrcode'))
    : renderOval({ look: 'busy', content: phone });
  const copyButton = html`<button type="button" class="button tonal" part="button" @click=${() => view.copyLink()}>
    ${view.stepText(`button.${transfer?.isLinkCopied === true}`)}
  </button>`;
  return {
    className: 'stm-qrcode',
    visual: isJoined
      ? renderOval({ look: 'busy', content: phone })
      : html`<slot name="stm-qrcode">${code}</slot>`,
    headline: isJoined ? view.stepText('tip') : view.stepText('headline'),
    text: isJoined ? '' : view.stepText('text'),
    details: view.options.isLinkShown && url ? html`<p class="link" part="link">${url}</p>` : undefined,
    buttons: html`${url && !isJoined ? copyButton : nothing}
    ${plainButton(view.stepText('secondary_button'), () => view.send({ type: 'here-chosen' }))}`,
  };
}
