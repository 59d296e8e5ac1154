import { html, nothing } from 'lit';
import { accessoriesIcon, alignmentIcon, lightIcon, lookIcon, markIcon } from '../parts/icons.ts';
import { renderOval } from '../parts/oval.ts';
import { phoneButton } from './permission-step.ts';
import { plainButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

/** Hints shown unless the page chose its own. */
export const DEFAULT_CAMERA_INSTRUCTIONS = ['alignment', 'look', 'lighting', 'accessories'] as const;

const ICONS: Readonly<Record<string, unknown>> = {
  alignment: alignmentIcon,
  look: lookIcon,
  lighting: lightIcon,
  accessories: accessoriesIcon,
};

/** A few hints before the camera starts. A hint is a key of `camera_instructions`, or a sentence of the page's own. */
export function instructionsStep(view: StepView): StepParts {
  const { areIconsShown, cameraInstructions, isPhoneOffered } = view.options;
  const item = (hint: string) => html`<li class=${areIconsShown ? '' : 'bare'}>
    ${areIconsShown ? (ICONS[hint] ?? markIcon) : nothing}
    <span>${view.text(`camera_instructions.${hint}`) || hint}</span>
  </li>`;
  return {
    className: 'camera-instructions-step',
    visual: html`<div class="small-oval">
      ${renderOval({ look: 'idle', content: html`<span class="drawing">${markIcon}</span>` })}
    </div>`,
    headline: view.stepText('headline'),
    text: view.stepText('text'),
    details: html`<slot name="camera-instructions">
      <ul class="camera-instructions" part="camera-instructions">${cameraInstructions.map(item)}</ul>
    </slot>`,
    buttons: html`<button type="button" class="button" part="button" @click=${() => view.send({ type: 'instructions-read' })}>
        ${view.stepText('button')}
      </button>
      ${isPhoneOffered ? phoneButton(view) : plainButton('', () => undefined)}`,
  };
}
