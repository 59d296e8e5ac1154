import { html, type TemplateResult } from 'lit';
import type { StepView } from '../steps/step-view.ts';

/** The picker is offered on a desktop with several cameras, while one of them runs. */
export const isCameraSelectOffered = ({ state }: StepView): boolean =>
  !state.isHandheld && state.cameras.length > 1 && state.step === 'camera-biometric';

/** The list of cameras as radio buttons; Escape closes it. */
export function renderCameraSelect(view: StepView): TemplateResult {
  const { cameras, cameraId } = view.state;
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    view.send({ type: 'camera-select-toggled' });
  };
  const option = (camera: (typeof cameras)[number], index: number) => html`<label class="option">
    <input
      type="radio" name="camera" .value=${camera.id} .checked=${camera.id === cameraId}
      @change=${() => view.send({ type: 'camera-selected', cameraId: camera.id })}
    />
    <span>${camera.label || view.text('controls.camera_number', { number: String(index + 1) })}</span>
  </label>`;
  return html`<slot name="camera-select">
    <fieldset class="camera-select labels" part="camera-select" @keydown=${close}>
      <legend class="announcer">${view.text('camera_select.headline')}</legend>
      <p class="labels-headline" aria-hidden="true">${view.text('camera_select.headline')}</p>
      <p class="labels-text">${view.text('camera_select.text')}</p>
      <div class="list">${cameras.map(option)}</div>
    </fieldset>
  </slot>`;
}
