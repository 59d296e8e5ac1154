import { arabic } from './ar.ts';
import { german } from './de.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { japanese } from './ja.ts';
import { type LocalizationPack, type LocalizationTexts, mergeTexts } from './localization-pack.ts';
import { portuguese } from './pt.ts';

/** Packs that come with the elements; English first, since it fills what another language lacks. */
export const BUILT_IN_PACKS: readonly LocalizationPack[] = [
  english,
  german,
  spanish,
  french,
  italian,
  portuguese,
  japanese,
  arabic,
];

const RIGHT_TO_LEFT = new Set(['ar', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

const baseLanguage = (language: string): string => language.toLowerCase().split('-')[0] ?? '';
const isSameTag = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Texts in the language asked for, and what language they turned out to be in. */
export interface ResolvedTexts {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly texts: LocalizationTexts;
}

/**
 * Built-in English, over it the built-in pack of the language (`de-CH` has `de`), over it the page's own packs whose
 * language equals the one asked for, in their order. A language that nobody has is answered in English.
 */
export function resolveTexts(language: string, packs: readonly LocalizationPack[]): ResolvedTexts {
  const builtIn = BUILT_IN_PACKS.find((pack) => pack.language === baseLanguage(language));
  const own = packs.filter((pack) => isSameTag(pack.language, language));
  const isKnown = builtIn !== undefined || own.length > 0;
  if (!isKnown && !isSameTag(language, 'en')) return resolveTexts('en', packs);
  const layers = [builtIn?.data ?? {}, ...own.map(({ data }) => data)];
  return {
    language,
    direction: RIGHT_TO_LEFT.has(baseLanguage(language)) ? 'rtl' : 'ltr',
    texts: layers.reduce<LocalizationTexts>(mergeTexts, english.data),
  };
}
