import { type ResolvedTexts, resolveTexts } from '../../locales/index.ts';
import {
  type LocalizationPack,
  type LocalizationVariables,
  replaceVariables,
  textAt,
} from '../../locales/localization-pack.ts';

/** Words of one element: its packs, its language, its variables. */
export class ElementTexts {
  readonly #resolved: ResolvedTexts;
  readonly #variables: LocalizationVariables;

  constructor(language: string, packs: readonly LocalizationPack[], variables: LocalizationVariables) {
    this.#resolved = resolveTexts(language, packs);
    this.#variables = variables;
  }

  get language(): string {
    return this.#resolved.language;
  }

  get direction(): 'ltr' | 'rtl' {
    return this.#resolved.direction;
  }

  /** Text at a path with its variables replaced; empty where there is none. */
  at(path: string, variables: LocalizationVariables = {}): string {
    const text = textAt(this.#resolved.texts, path) ?? '';
    return replaceVariables(text, { ...this.#variables, ...variables });
  }

  /** Text for an error code; a code nobody knows is told as a fault of the service. */
  error(code: string, filters: readonly string[], lockoutExpiresAt: Date | undefined): string {
    const variables = { lockout_expiration: this.#time(lockoutExpiresAt) };
    const byFilter = filters.map((filter) => `error.${code}.${filter}`);
    const paths = [...byFilter, `error.${code}`, `error.${code}.default`, 'error.SERVER_INTERNAL_ERROR'];
    for (const path of paths) {
      const text = this.at(path, variables);
      if (text) return text;
    }
    return '';
  }

  #time(date: Date | undefined): string {
    if (!date) return '…';
    const isToday = date.toDateString() === new Date().toDateString();
    const format: Intl.DateTimeFormatOptions = isToday
      ? { timeStyle: 'short' }
      : { timeStyle: 'short', dateStyle: 'medium' };
    try {
      return new Intl.DateTimeFormat(this.language, format).format(date);
    } catch {
      return new Intl.DateTimeFormat('en', format).format(date);
    }
  }
}
