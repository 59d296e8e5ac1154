import { html, nothing, type TemplateResult } from 'lit';
import type { FlowState } from '../../flow/flow-state.ts';
import { isCameraSelectOffered, renderCameraSelect } from '../../parts/camera-select.ts';
import { closeIcon, lightIcon, markIcon, switchCameraIcon } from '../../parts/icons.ts';
import type { StepParts, StepView } from '../../steps/step-view.ts';
import type { ElementTexts } from './element-texts.ts';

/** Name in the line at the foot. */
const PRODUCT_NAME = 'OpenRecognize';

export interface FrameOptions {
  readonly texts: ElementTexts;
  readonly bar: TemplateResult;
  readonly isPoweredByShown: boolean;
}

/** Colour that lights the face while frames are taken: the server's, else white if the person wants light. */
export function litColour({ step, flashColour, isFlashOn }: FlowState): string | undefined {
  if (step !== 'camera-biometric') return undefined;
  return flashColour ?? (isFlashOn ? '#ffffff' : undefined);
}

/** The frame around a step: bar, drawing, words, buttons, foot. Without parts only an empty surface is painted. */
export function renderFrame(
  view: StepView,
  parts: StepParts | undefined,
  { texts, bar, isPoweredByShown }: FrameOptions,
): TemplateResult {
  const { step } = view.state;
  const isLit = litColour(view.state) !== undefined;
  return html`<div
    class="root ${parts?.className ?? 'hidden-step'} ${isLit ? 'lit' : ''}" part="root" role="group"
    lang=${texts.language} dir=${texts.direction} aria-label=${texts.at(`controls.region_${view.flow}`)}
  >
    ${bar}
    <div class="stage">${parts?.visual ?? nothing}</div>
    <div class="words">
      <slot name="texts"><div class="texts" part="texts">${parts ? renderTexts(parts) : nothing}</div></slot>
      ${parts?.details ?? nothing}
    </div>
    <div class="buttons">${parts?.buttons ?? nothing}</div>
    <div class="foot">${isPoweredByShown ? renderPoweredBy(texts) : nothing}</div>
    ${view.state.isCameraSelectOpen && isCameraSelectOffered(view) ? renderCameraSelect(view) : nothing}
    <div class="announcer" aria-live=${step === 'error' ? 'assertive' : 'polite'} aria-atomic="true"></div>
  </div>`;
}

const renderTexts = ({ headline, text, note }: StepParts): TemplateResult => html`
  ${headline ? html`<h2 class="headline" part="headline" tabindex="-1">${headline}</h2>` : nothing}
  ${text ? html`<p class="text" part="text">${text}</p>` : nothing}
  ${note ? html`<p class="note" part="error-code">${note}</p>` : nothing}
`;

function renderPoweredBy(texts: ElementTexts): TemplateResult {
  const words = texts.at('controls.powered_by', { name: PRODUCT_NAME });
  return html`<slot name="powered-by"
    ><div class="powered-by" part="powered-by">${markIcon}<span dir="auto">${words}</span></div></slot
  >`;
}

export interface BarOptions {
  readonly isDialog: boolean;
  readonly close: () => void;
}

/** The row of picture buttons: cameras and light while frames are taken, close in a dialog. */
export function renderBar(view: StepView, { isDialog, close }: BarOptions): TemplateResult {
  const isStreaming = view.state.step === 'camera-biometric';
  return html`<div class="bar">
    ${isCameraSelectOffered(view) ? cameraSelectButton(view) : nothing}
    ${isStreaming ? flashButton(view) : nothing}
    <span class="spacer"></span>
    <span class="slotted" @click=${close}
      ><slot name="button-close">${isDialog ? closeButton(view) : nothing}</slot></span
    >
  </div>`;
}

const cameraSelectButton = (view: StepView) => html`<button
  type="button" class="icon-button button-camera-select" part="button-camera-select"
  aria-label=${view.text('controls.camera_select')} aria-expanded=${view.state.isCameraSelectOpen}
  @click=${() => view.send({ type: 'camera-select-toggled' })}
>${switchCameraIcon}</button>`;

const flashButton = (view: StepView) => html`<span
  class="slotted" @click=${() => view.send({ type: 'flash-toggled' })}
><slot name="button-flash"><button
  type="button" class="icon-button button-flash" part="button-flash"
  aria-label=${view.text(view.state.isFlashOn ? 'controls.flash_off' : 'controls.flash_on')}
  aria-pressed=${view.state.isFlashOn}
>${lightIcon}</button></slot></span>`;

const closeButton = (view: StepView) => html`<button
  type="button" class="icon-button button-close" part="button-close" aria-label=${view.text('controls.close')}
>${closeIcon}</button>`;
