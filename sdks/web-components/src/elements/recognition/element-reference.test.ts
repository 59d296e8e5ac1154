import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { KeylessAuthElement } from '../auth/auth-element.ts';
import { KeylessAuthDialogElement } from '../auth-dialog/auth-dialog-element.ts';
import { KeylessEnrollElement } from '../enroll/enroll-element.ts';
import { KeylessEnrollDialogElement } from '../enroll-dialog/enroll-dialog-element.ts';
import { customElementsManifest } from './custom-elements-manifest.ts';
import type { KeylessElementAttributes } from './element-attribute-types.ts';
import { ELEMENT_ATTRIBUTES } from './element-attributes.ts';
import { ELEMENT_EVENTS, ELEMENT_METHODS, ELEMENT_SLOTS, ELEMENTS } from './element-reference.ts';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const sources = readdirSync(join(workspace, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('-reference.ts'))
  .map((name) => readFileSync(join(workspace, 'src', name), 'utf8'))
  .join('\n');
const found = (pattern: RegExp) =>
  [...new Set([...sources.matchAll(pattern)].map((match) => match[1]!))].sort();
const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).sort();
const readme = readFileSync(join(workspace, 'README.md'), 'utf8');

const PUBLISHED_SLOTS = `button-cancel button-close button-camera-permissions button-flash button-retry
  buttons-stm-choice lottie-spinner spinner lottie-done lottie-error texts camera-instructions camera-tip camera-select
  camera-backdrop camera-biometric stm-qrcode powered-by`.split(/\s+/);
const PUBLISHED_EVENTS =
  `begin-stream stop-stream frame-results finished step-change video-frame-quality error close
  ws-open ws-close success recognition-start recognition-failure recoverable-error non-cancelable`.split(
    /\s+/,
  );

/** The type checker keeps this list equal to the type. */
const TYPED_ATTRIBUTES: Record<keyof KeylessElementAttributes, true> = {
  'aspect-ratio': true,
  'authorization-token': true,
  'camera-aspect-ratio': true,
  'camera-instructions': true,
  customer: true,
  'datadog-env': true,
  'datadog-token': true,
  'disable-datadog': true,
  'disable-logger': true,
  'disable-powered-by': true,
  'disable-steps': true,
  'enable-camera-flash': true,
  'enable-camera-instructions': true,
  'enable-camera-instructions-icons': true,
  'enable-datadog-pii': true,
  'enable-wasm-pthreads': true,
  key: true,
  'key-id': true,
  lang: true,
  'localization-packs': true,
  'localization-variables': true,
  'logger-level': true,
  'operation-id': true,
  'public-key': true,
  'seed-entropy': true,
  'service-url': true,
  size: true,
  theme: true,
  'theme-options': true,
  'transaction-data': true,
  username: true,
  'wasm-binary-url': true,
  'wasm-data-url': true,
  'wasm-file-url': true,
  'wasm-script-url': true,
  'ws-timeout': true,
  'ws-url': true,
};

describe('the reference of the elements', () => {
  it('lists exactly the slots that are painted, all published ones among them', () => {
    expect(names(ELEMENT_SLOTS)).toEqual(found(/(?:slot name="|slottedButton\(\s*')([a-z-]+)/g));
    expect(names(ELEMENT_SLOTS)).toEqual(expect.arrayContaining(PUBLISHED_SLOTS));
  });

  it('lists exactly the events that are dispatched, all published ones among them', () => {
    const dispatched = found(/(?<!#)dispatch\(\s*'([a-z-]+)'/g);
    expect(names(ELEMENT_EVENTS)).toEqual(dispatched);
    expect(dispatched).toEqual([...PUBLISHED_EVENTS].sort());
  });

  it('lists methods that are there', () => {
    for (const { name } of ELEMENT_METHODS)
      expect(typeof Reflect.get(KeylessAuthElement.prototype, name)).toBe('function');
    expect(typeof KeylessEnrollDialogElement.prototype.show).toBe('function');
  });

  it('has the attributes that the classes observe and that the types name', () => {
    const observed = ELEMENT_ATTRIBUTES.map(({ attribute }) => attribute);
    const classes = [
      KeylessAuthElement,
      KeylessEnrollElement,
      KeylessAuthDialogElement,
      KeylessEnrollDialogElement,
    ];
    for (const element of classes) {
      expect(element.observedAttributes).toEqual(observed);
      expect(ELEMENTS.map(({ className }) => className)).toContain(element.name);
    }
    expect(Object.keys(TYPED_ATTRIBUTES).sort()).toEqual([...observed].sort());
  });

  it('is what custom-elements.json says', () => {
    const written: unknown = JSON.parse(readFileSync(join(workspace, 'custom-elements.json'), 'utf8'));
    expect(written).toEqual(customElementsManifest());
  });

  it('is what the README says', () => {
    for (const { attribute, property } of ELEMENT_ATTRIBUTES) {
      expect(readme).toContain(`| \`${attribute}\` | \`${property}\` |`);
    }
    for (const { name } of [...ELEMENT_EVENTS, ...ELEMENT_SLOTS]) expect(readme).toContain(`| \`${name}\` |`);
  });
});
