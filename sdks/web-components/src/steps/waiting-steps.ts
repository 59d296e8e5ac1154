import { html } from 'lit';
import { cameraIcon, markIcon } from '../parts/icons.ts';
import { renderOval } from '../parts/oval.ts';
import { slottedButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

/** Steps in which the person only waits. The animation can be replaced by the slots `lottie-spinner` or `spinner`. */

const spinner = (drawing: unknown) =>
  html`<slot name="lottie-spinner"
    ><slot name="spinner">${renderOval({ look: 'busy', content: html`<span class="drawing">${drawing}</span>` })}</slot></slot
  >`;

const waiting = (view: StepView, className: string, drawing: unknown): StepParts => ({
  visual: spinner(drawing),
  headline: view.stepText('headline'),
  text: view.stepText('text'),
  className,
});

export const bootstrapStep = (view: StepView): StepParts => waiting(view, 'bootstrap', markIcon);

export const cameraBootStep = (view: StepView): StepParts => ({
  ...waiting(view, 'camera-stream-boot', cameraIcon),
  buttons: slottedButton(
    'button-cancel',
    view.text('controls.cancel'),
    () => view.send({ type: 'cancelled' }),
    'plain',
  ),
});

export const computationStep = (view: StepView): StepParts => waiting(view, 'server-computation', markIcon);
