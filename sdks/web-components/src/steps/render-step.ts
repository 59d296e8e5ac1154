import type { FlowStep } from '../flow/flow-state.ts';
import { cameraStep } from './camera-step.ts';
import { instructionsStep } from './instructions-step.ts';
import { permissionStep } from './permission-step.ts';
import { phoneChoiceStep, qrCodeStep } from './phone-steps.ts';
import { doneStep, errorStep } from './result-steps.ts';
import type { StepParts, StepView } from './step-view.ts';
import { bootstrapStep, cameraBootStep, computationStep } from './waiting-steps.ts';

const STEPS: Readonly<Record<FlowStep, (view: StepView) => StepParts>> = {
  bootstrap: bootstrapStep,
  'stm-choice': phoneChoiceStep,
  'stm-qrcode': qrCodeStep,
  'camera-instructions': instructionsStep,
  'microphone-permission': (view) => permissionStep(view, 'microphone'),
  'camera-permission': (view) => permissionStep(view, 'camera'),
  'camera-stream-boot': cameraBootStep,
  'camera-biometric': cameraStep,
  'server-computation': computationStep,
  done: doneStep,
  error: errorStep,
};

/** The pieces of the step the flow is in. */
export const renderStep = (view: StepView): StepParts => STEPS[view.state.step](view);
