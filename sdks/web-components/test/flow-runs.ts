import { expect } from 'vitest';
import type { ElementEventName, FlowEffect, FlowEvent } from '../src/flow/flow-event.ts';
import { reduceFlow } from '../src/flow/flow-reducer.ts';
import {
  type FlowSettings,
  type FlowState,
  type FlowStep,
  INITIAL_FLOW_STATE,
} from '../src/flow/flow-state.ts';

export const camera = { id: 'front', label: 'Front' };
export const desk = { id: 'desk', label: 'Desk' };
export const settingsWith = (...disabled: string[]): FlowSettings => ({
  areInstructionsEnabled: false,
  disabledSteps: new Set(disabled),
});
export const plain = settingsWith();

export const mounted: FlowEvent = { type: 'mounted' };
export const bootstrapped = (over: Partial<FlowEvent & { type: 'bootstrapped' }> = {}): FlowEvent => ({
  type: 'bootstrapped',
  permission: 'granted',
  cameras: [camera, desk],
  isHandheld: false,
  ...over,
});
export const cameraStarted: FlowEvent = {
  type: 'camera-started',
  cameras: [camera, desk],
  cameraId: 'front',
};
export const streamBegan: FlowEvent = { type: 'stream-began' };
export const streamStopped: FlowEvent = { type: 'stream-stopped' };
export const issued: FlowEvent = { type: 'transfer-issued', token: 'T', expiresInSeconds: 90 };
export const success = { jwt: 'J', seedEntropy: 'S', keylessId: 'K' };
export const finished: FlowEvent = { type: 'finished', success };
export const failed = (code: string): FlowEvent => ({ type: 'failed', code });

export interface Run {
  readonly state: FlowState;
  readonly effects: readonly FlowEffect[];
  /** Effects of the last event alone. */
  readonly last: readonly FlowEffect[];
}

export function run(
  events: readonly FlowEvent[],
  settings = plain,
  from: FlowState = INITIAL_FLOW_STATE,
): Run {
  let state = from;
  const effects: FlowEffect[] = [];
  let last: readonly FlowEffect[] = [];
  for (const event of events) {
    const next = reduceFlow(state, event, settings);
    state = next.state;
    last = next.effects;
    effects.push(...last);
  }
  return { state, effects, last };
}

export const work = (effects: readonly FlowEffect[]) =>
  effects.filter(({ type }) => type !== 'dispatch').map(({ type }) => type);
export const dispatched = (effects: readonly FlowEffect[]): ElementEventName[] =>
  effects.flatMap((effect) => (effect.type === 'dispatch' ? [effect.name] : []));
export const detailOf = (effects: readonly FlowEffect[], name: ElementEventName) =>
  effects.flatMap((effect) => (effect.type === 'dispatch' && effect.name === name ? [effect.detail] : []))[0];

export const toBiometric = [mounted, bootstrapped(), cameraStarted, streamBegan];
export const toComputation = [...toBiometric, streamStopped];
export const toQrCode = [mounted, bootstrapped({ cameras: [] }), { type: 'phone-chosen' } as const];
export const PATHS: Readonly<Record<Exclude<FlowStep, 'microphone-permission'>, readonly FlowEvent[]>> = {
  bootstrap: [mounted],
  'stm-choice': [mounted, bootstrapped({ cameras: [] })],
  'stm-qrcode': [...toQrCode, streamBegan, issued],
  'camera-instructions': [mounted, bootstrapped()],
  'camera-permission': [mounted, bootstrapped({ permission: 'prompt' })],
  'camera-stream-boot': [mounted, bootstrapped()],
  'camera-biometric': toBiometric,
  'server-computation': toComputation,
  done: [...toComputation, finished],
  error: [mounted, failed('SERVER_TIMEOUT')],
};
export const stateIn = (step: keyof typeof PATHS): FlowState => {
  const settings = { ...plain, areInstructionsEnabled: step === 'camera-instructions' };
  const { state } = run(PATHS[step], settings);
  expect(state.step).toBe(step);
  return state;
};
export const ALL_STEPS = Object.keys(PATHS) as (keyof typeof PATHS)[];
