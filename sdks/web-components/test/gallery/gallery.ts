import type { ClientEvent, FilterReading } from '../../src/flow/flow-event.ts';
import * as components from '../../src/index.ts';
import { createDrawnVideo } from './drawn-video.ts';
import { type RecognitionScript, ScriptedRecognitionClient } from './scripted-recognition-client.ts';

/**
 * Shows one step of an element with a scripted client:
 * `?step=..&theme=light|dark&lang=..&tag=kl-auth&size=..&tip=..&code=..&lockout=..&flash=..&cameras=..&disable=..`
 */

type ElementUnderShow = components.KeylessAuthElement;

interface Scene {
  readonly script: RecognitionScript;
  /** Attributes the scene needs. */
  readonly attributes?: readonly string[];
  /** What the person does, after the element is mounted. */
  readonly act?: (element: ElementUnderShow, client: ScriptedRecognitionClient) => Promise<void>;
}

const query = new URLSearchParams(location.search);
const parameter = (name: string, fallback = ''): string => query.get(name) ?? fallback;

const began: ClientEvent = { type: 'stream-began' };
const stopped: ClientEvent = { type: 'stream-stopped' };
const accepted: ClientEvent = { type: 'frame-judged', filters: [], isAccepted: true };
const triggered = (name: string): FilterReading[] => [{ name, triggered: true, value: 0, threshold: 1 }];

const settled = async (element: ElementUnderShow): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve));
  await element.updateComplete;
};

const click = async (element: ElementUnderShow, selector: string): Promise<void> => {
  await settled(element);
  element.shadowRoot?.querySelector<HTMLElement>(selector)?.click();
  await settled(element);
};

function streamEvents(): ClientEvent[] {
  const events: ClientEvent[] = [began, accepted, accepted, accepted];
  const tip = parameter('tip');
  if (/^Face/.test(tip)) events.push({ type: 'quality-read', filters: triggered(tip) });
  else if (tip) events.push({ type: 'frame-judged', filters: triggered(tip), isAccepted: false });
  if (parameter('flash')) events.push({ type: 'flash-asked', colour: `#${parameter('flash')}` });
  return events;
}

const cameras = Array.from({ length: Number(parameter('cameras', '1')) }, (_, index) => ({
  id: `camera-${index}`,
  label: ['Built-in camera', 'Desk camera (USB)', ''][index % 3] ?? '',
}));
const surroundings = { cameras };

const finished: ClientEvent = {
  type: 'finished',
  success: { jwt: undefined, seedEntropy: undefined, keylessId: undefined },
};
const failed = (): ClientEvent => ({
  type: 'failed',
  code: parameter('code', 'SERVER_FACE_DOES_NOT_MATCH'),
  filters: parameter('filter') ? [parameter('filter')] : [],
  lockoutExpiresAt: new Date(Date.now() + 1_000 * Number(parameter('lockout', '598'))),
});

const streaming = (...more: ClientEvent[]): Scene => ({
  script: { surroundings, session: [...streamEvents(), ...more], createVideo: createDrawnVideo },
});
const permission = (state: 'prompt' | 'denied'): Scene => ({
  script: { surroundings: { permission: state } },
});
const phone: Scene = {
  script: {
    surroundings: { cameras: [] },
    session: [began],
    transferToken: 'c2FtcGxlLXRva2VuLW9mLWEtdHJhbnNmZXI',
  },
  act: (element) => click(element, '.buttons-stm-choice .button'),
};

const SCENES: Readonly<Record<string, Scene>> = {
  bootstrap: { script: { surroundings: 'never' } },
  'stm-choice': { script: { surroundings: { cameras: [] } } },
  'stm-qrcode': phone,
  'stm-qrcode.joined': {
    ...phone,
    act: async (element, client) => {
      await phone.act?.(element, client);
      client.tell({ type: 'transfer-joined' });
    },
  },
  'camera-instructions': { script: {}, attributes: ['enable-camera-instructions'] },
  'camera-permission.prompt': permission('prompt'),
  'camera-permission.denied': permission('denied'),
  'camera-permission.granted': {
    ...permission('denied'),
    act: async (element, client) => {
      await settled(element);
      client.changePermission('granted');
    },
  },
  'camera-stream-boot': { script: { camera: 'never' } },
  'camera-biometric': streaming(),
  'camera-select': { ...streaming(), act: (element) => click(element, '.button-camera-select') },
  'server-computation': streaming(stopped),
  done: streaming(stopped, finished),
  error: streaming(failed()),
};

async function show(): Promise<void> {
  const step = parameter('step', 'camera-biometric');
  const scene = SCENES[step];
  if (!scene) throw new Error(`no such step: ${step}`);
  const client = new ScriptedRecognitionClient(scene.script);
  const element = document.createElement(parameter('tag', 'kl-auth')) as ElementUnderShow;
  element.useRecognitionClient(client);
  for (const name of ['theme', 'lang', 'size', 'aspect-ratio']) {
    if (query.has(name)) element.setAttribute(name, parameter(name));
  }
  for (const name of [...(scene.attributes ?? []), 'enable-camera-instructions-icons'])
    element.setAttribute(name, '');
  if (query.has('disable')) element.setAttribute('disable-steps', parameter('disable'));
  document.documentElement.dataset['theme'] = parameter('theme', 'light');
  document.querySelector('main')?.append(element);
  await settled(element);
  await scene.act?.(element, client);
  await settled(element);
  Object.assign(globalThis, { galleryElement: element, galleryClient: client });
  document.documentElement.dataset['ready'] = 'true';
}

function showList(): void {
  const list = document.createElement('ul');
  for (const step of Object.keys(SCENES)) {
    for (const theme of ['light', 'dark']) {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = `?step=${step}&theme=${theme}`;
      link.textContent = `${step}, ${theme}`;
      item.append(link);
      list.append(item);
    }
  }
  document.querySelector('main')?.append(list);
}

Object.assign(globalThis, { components, ScriptedRecognitionClient, createDrawnVideo });
if (query.has('step')) void show();
else if (query.has('blank')) document.documentElement.dataset['ready'] = 'true';
else showList();
