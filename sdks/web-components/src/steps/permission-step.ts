import { html } from 'lit';
import { cameraIcon, cameraOffIcon, microphoneIcon } from '../parts/icons.ts';
import { renderOval } from '../parts/oval.ts';
import { plainButton, slottedButton } from './step-buttons.ts';
import type { StepParts, StepView } from './step-view.ts';

/**
 * Asks before the browser asks, and after a refusal waits for the person: the browser is asked again only at a click.
 * The microphone's step is there for packs and pages that know it; no flow enters it, since no sound is taken.
 */
export function permissionStep(view: StepView, device: 'camera' | 'microphone'): StepParts {
  const { permission, isAskingPermission } = view.state;
  const deniedOr = permission === 'denied' ? cameraOffIcon : cameraIcon;
  const drawing = device === 'camera' ? deniedOr : microphoneIcon;
  const look = isAskingPermission ? 'busy' : 'idle';
  return {
    className: `${device}-permission ${permission}`,
    visual: renderOval({ look, content: html`<span class="drawing">${drawing}</span>` }),
    headline: view.stepText(`${permission}.headline`),
    text: view.stepText(`${permission}.text`),
    buttons: isAskingPermission
      ? slottedButton(
          'button-cancel',
          view.text('controls.cancel'),
          () => view.send({ type: 'cancelled' }),
          'plain',
        )
      : html`${slottedButton('button-camera-permissions', view.stepText(`${permission}.button`), () =>
          view.send({ type: 'permission-asked' }),
        )}
        ${view.options.isPhoneOffered ? phoneButton(view) : undefined}`,
  };
}

/** The quiet way to a phone that several steps offer. */
export const phoneButton = (view: StepView) =>
  plainButton(view.stepText('secondary_button'), () => view.send({ type: 'phone-chosen' }));
