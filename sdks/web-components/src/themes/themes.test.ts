import { describe, expect, it } from 'vitest';
import { THEME_COLORS, type ThemeColors } from './theme-colors.ts';
import { THEME_SELECTORS, themeStyles } from './theme-options.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Every pair of colours that meets on the screen as text on its ground. */
const TEXT_PAIRS: readonly [keyof ThemeColors, keyof ThemeColors][] = [
  ['onPrimary', 'primary'],
  ['onSecondary', 'secondary'],
  ['onSecondaryContainer', 'secondaryContainer'],
  ['onSurface', 'surface'],
  ['onSurface', 'surfaceVariant'],
  ['onSurfaceVariant', 'surface'],
  ['onSurfaceVariant', 'surfaceVariant'],
  ['primary', 'surface'],
  ['primary', 'surfaceVariant'],
  ['primary', 'secondaryContainer'],
  ['error', 'surface'],
  ['error', 'surfaceVariant'],
];

/** Graphics that carry meaning: the ring of progress and that of a refused frame. */
const GRAPHIC_PAIRS: readonly [keyof ThemeColors, keyof ThemeColors][] = [
  ['primary', 'surfaceVariant'],
  ['secondary', 'surfaceVariant'],
  ['secondary', 'surface'],
];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const colors = THEME_COLORS[theme];

  it('reaches 4.5:1 for text and 3:1 for graphics (WCAG 2.2 §1.4.3, §1.4.11)', () => {
    for (const [front, back] of TEXT_PAIRS) {
      expect(contrast(colors[front], colors[back]), `${front} on ${back}`).toBeGreaterThanOrEqual(4.5);
    }
    for (const [front, back] of GRAPHIC_PAIRS) {
      expect(contrast(colors[front], colors[back]), `${front} on ${back}`).toBeGreaterThanOrEqual(3);
    }
  });

  it('is written as custom properties, with the colours of the page over the built-in ones', () => {
    const css = themeStyles(theme, { colors: { [theme]: { primary: 'red' } } });
    expect(css).toContain(`color-scheme: ${theme};`);
    expect(css).toContain('--kl-color-primary: red;');
    expect(css).toContain(`--kl-color-on-surface-variant: ${colors.onSurfaceVariant};`);
  });
});

describe('themeStyles', () => {
  it('puts every leaf of the options on its part', () => {
    const paths = Object.keys(THEME_SELECTORS);
    for (const path of paths) {
      const elements = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), 'gap: 1px;');
      const css = themeStyles('light', { elements: elements as Record<string, string> });
      const selector = THEME_SELECTORS[path];
      if (selector === null) expect(css).not.toContain('gap: 1px;');
      else expect(css).toContain(`${selector} { gap: 1px; }`);
    }
    expect(paths).toContain('button.variant.text.host.hover');
  });

  it('ignores what it does not know', () => {
    const css = themeStyles('dark', { elements: { nothing: { here: 'gap: 1px;' } } });
    expect(css).not.toContain('gap');
  });
});

describe('contrast', () => {
  it('is that of the standard for black on white', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });
});
