import { html, nothing } from 'lit';
import type { CameraTip } from '../flow/flow-state.ts';
import { renderOval, streamProgress } from '../parts/oval.ts';
import { slottedButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

/** What the tip says: the advice of the filter that refused the last frame, else that all is well. */
export function tipText(view: StepView, tip: CameraTip | undefined): string {
  if (!tip) return view.stepText('tip');
  const path = tip.source === 'client' ? 'camera_tip' : 'error.SERVER_RECOGNITION_FAILED';
  return view.text(`${path}.${tip.filter}`) || view.stepText('tip');
}

/** Frames are being taken: the picture in the oval, one advice below it. */
export function cameraStep(view: StepView): StepParts {
  const { acceptedFrames, tip } = view.state;
  const advice = tipText(view, tip);
  return {
    className: 'camera-biometric',
    visual: html`<slot name="camera-backdrop"></slot>
      <slot name="camera-biometric">
        ${renderOval({
          look: 'camera',
          content: view.video ?? nothing,
          progress: streamProgress(acceptedFrames),
          isWaiting: tip !== undefined,
        })}
      </slot>`,
    headline: view.stepText('headline'),
    text: view.stepText('text'),
    details: html`<slot name="camera-tip"
      ><p class="camera-tip ${tip ? 'advice' : 'good'}" part="camera-tip">${advice}</p></slot
    >`,
    buttons: slottedButton(
      'button-cancel',
      view.text('controls.cancel'),
      () => view.send({ type: 'cancelled' }),
      'plain',
    ),
  };
}
