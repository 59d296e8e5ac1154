/** Texts by name; a leaf is a sentence in which `{variable}` is replaced. */
export interface LocalizationTexts {
  readonly [key: string]: string | LocalizationTexts;
}

/** Texts of one language, all or some: packs of one language are merged over the built-in ones. */
export interface LocalizationPack {
  readonly data: LocalizationTexts;
  /** Language tag (BCP 47) the pack is for; it applies when it equals the element's `lang`. */
  readonly language: string;
}

/** Values for `{variable}`. Built in: `username`, `lockout_expiration`. */
export type LocalizationVariables = Readonly<Record<string, string>>;

/** Texts of `over` put over those of `base`, leaf by leaf. */
export function mergeTexts(base: LocalizationTexts, over: LocalizationTexts): LocalizationTexts {
  const merged: Record<string, string | LocalizationTexts> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    const isNested = typeof value === 'object' && value !== null;
    merged[key] = isNested ? mergeTexts(typeof below === 'object' ? below : {}, value) : value;
  }
  return merged;
}

/** The text at a path such as `auth.step.done.headline`, or undefined where there is none. */
export function textAt(texts: LocalizationTexts, path: string): string | undefined {
  let found: string | LocalizationTexts | undefined = texts;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return typeof found === 'string' ? found : undefined;
}

/** Replaces each `{name}` that has a value; an unknown one stays, so that a missing variable is seen. */
export const replaceVariables = (text: string, variables: LocalizationVariables): string =>
  text.replace(/\{([\w-]+)\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? '') : whole,
  );
