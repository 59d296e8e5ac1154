import { WEB_ERRORS } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { FLOW_STEPS } from '../flow/flow-state.ts';
import { BUILT_IN_PACKS, resolveTexts } from './index.ts';
import { type LocalizationTexts, mergeTexts, replaceVariables, textAt } from './localization-pack.ts';

const leaves = (texts: LocalizationTexts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) => {
    const leaf = path ? `${path}.${key}` : key;
    return typeof value === 'string' ? [[leaf, value] as [string, string]] : leaves(value, leaf);
  });
const keysOf = (texts: LocalizationTexts) =>
  leaves(texts)
    .map(([key]) => key)
    .sort();
const packOf = (language: string) => BUILT_IN_PACKS.find((pack) => pack.language === language)!;
const english = packOf('en').data;

const CLIENT_FILTERS = [
  'FaceAbsent',
  'FaceMultiple',
  'FaceOffCenter',
  'FacePartial',
  'FaceTooLarge',
  'FaceTooSmall',
];
const SERVER_FILTERS =
  `eyes_closed face_angle_too_large face_is_occluded face_missing face_multiple face_partial
  face_too_close face_too_small image_black_and_white image_metadata_low_light no_movement_from_device
  no_movement_from_subject`.split(/\s+/);

describe('the built-in packs', () => {
  it('are those of eight languages', () => {
    expect(BUILT_IN_PACKS.map(({ language }) => language)).toEqual([
      'en',
      'de',
      'es',
      'fr',
      'it',
      'pt',
      'ja',
      'ar',
    ]);
  });

  it('have a text for every step of both flows', () => {
    for (const flow of ['auth', 'enroll']) {
      for (const step of FLOW_STEPS) {
        const part = step.endsWith('permission') ? '.prompt' : '';
        expect(textAt(english, `${flow}.step.${step}${part}.headline`), step).toBeTruthy();
        expect(textAt(english, `${flow}.step.${step}${part}.text`), step).toBeTruthy();
      }
      for (const state of ['prompt', 'granted', 'denied']) {
        for (const device of ['camera', 'microphone']) {
          for (const name of ['headline', 'text', 'button']) {
            expect(textAt(english, `${flow}.step.${device}-permission.${state}.${name}`)).toBeTruthy();
          }
        }
      }
      expect(textAt(english, `${flow}.step.stm-qrcode.button.false`)).toBeTruthy();
      expect(textAt(english, `${flow}.step.stm-qrcode.button.true`)).toBeTruthy();
      expect(textAt(english, `${flow}.step.error.text`)).toContain('{message}');
    }
  });

  it('have a text for every code of the web SDK and the components', () => {
    for (const code of Object.keys(WEB_ERRORS)) {
      const path = code === 'SERVER_RECOGNITION_FAILED' ? `error.${code}.default` : `error.${code}`;
      expect(textAt(english, path), code).toBeTruthy();
    }
    expect(Object.keys(english['error'] ?? {}).sort()).toEqual(Object.keys(WEB_ERRORS).sort());
  });

  it('have a text for every filter of the page and of the server, and for the four hints', () => {
    expect(Object.keys(english['camera_tip'] ?? {})).toEqual(CLIENT_FILTERS);
    expect(
      keysOf((english['error'] as LocalizationTexts)['SERVER_RECOGNITION_FAILED'] as LocalizationTexts),
    ).toEqual([...SERVER_FILTERS, 'default'].sort());
    expect(Object.keys(english['camera_instructions'] ?? {})).toEqual([
      'alignment',
      'look',
      'lighting',
      'accessories',
    ]);
    expect(Object.keys(english['camera_select'] ?? {})).toEqual(['headline', 'text']);
  });

  it('have exactly the same keys in every language, none empty, with the same variables', () => {
    const variables = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const { language, data } of BUILT_IN_PACKS) {
      expect(keysOf(data), language).toEqual(keysOf(english));
      for (const [key, text] of leaves(data)) {
        expect(text.trim(), `${language} ${key}`).toBe(text);
        expect(text, `${language} ${key}`).not.toBe('');
        expect(variables(text), `${language} ${key}`).toEqual(variables(textAt(english, key)!));
      }
    }
  });

  it('are translated: no sentence of English is left in another language', () => {
    for (const { language, data } of BUILT_IN_PACKS) {
      if (language === 'en') continue;
      const left = leaves(data).filter(([key, text]) => text.includes(' ') && textAt(english, key) === text);
      expect(left, language).toEqual([]);
    }
  });
});

describe('resolveTexts', () => {
  it('takes the language of a region, the direction of its script, and English for what nobody has', () => {
    expect(resolveTexts('de-CH', []).texts).toEqual(packOf('de').data);
    expect(resolveTexts('ar', []).direction).toBe('rtl');
    expect(resolveTexts('de', []).direction).toBe('ltr');
    expect(resolveTexts('xx', [])).toMatchObject({ language: 'en', texts: english });
  });

  it('lays the packs of the page over the built-in ones, leaf by leaf, in their order', () => {
    const headline = (text: string) => ({ auth: { step: { done: { headline: text } } } });
    const packs = [
      { language: 'de', data: headline('eins') },
      { language: 'fr', data: headline('deux') },
      { language: 'DE', data: headline('zwei') },
    ];
    const { texts } = resolveTexts('de', packs);
    expect(textAt(texts, 'auth.step.done.headline')).toBe('zwei');
    expect(textAt(texts, 'auth.step.done.text')).toBe(textAt(packOf('de').data, 'auth.step.done.text'));
    expect(textAt(resolveTexts('it', packs).texts, 'auth.step.done.headline')).not.toBe('zwei');
  });

  it('fills a language of the page alone with English', () => {
    const { texts, language } = resolveTexts('nl', [
      { language: 'nl', data: { controls: { close: 'Sluiten' } } },
    ]);
    expect(language).toBe('nl');
    expect(textAt(texts, 'controls.close')).toBe('Sluiten');
    expect(textAt(texts, 'controls.cancel')).toBe('Cancel');
  });
});

describe('texts', () => {
  it('have their variables replaced; one without a value stays to be seen', () => {
    expect(replaceVariables('{a} and {b}', { a: 'x' })).toBe('x and {b}');
    expect(replaceVariables('{constructor}', {})).toBe('{constructor}');
  });

  it('are found by path, and only own keys count', () => {
    expect(textAt({ a: { b: 'c' } }, 'a.b')).toBe('c');
    expect(textAt({ a: { b: 'c' } }, 'a')).toBeUndefined();
    expect(textAt({ a: 'c' }, 'a.length')).toBeUndefined();
    expect(textAt({}, 'constructor.name')).toBeUndefined();
  });

  it('replace a branch by a leaf and a leaf by a branch', () => {
    expect(mergeTexts({ a: { b: 'c' } }, { a: 'd' })).toEqual({ a: 'd' });
    expect(mergeTexts({ a: 'd' }, { a: { b: 'c' } })).toEqual({ a: { b: 'c' } });
  });
});
