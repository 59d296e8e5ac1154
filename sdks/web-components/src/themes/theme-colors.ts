/** Colours of one theme; each is a CSS colour. */
export interface ThemeColors {
  readonly primary: string;
  readonly onPrimary: string;
  readonly secondary: string;
  readonly onSecondary: string;
  readonly error: string;
  readonly secondaryContainer: string;
  readonly onSecondaryContainer: string;
  readonly surface: string;
  readonly onSurface: string;
  readonly surfaceVariant: string;
  readonly onSurfaceVariant: string;
}

export type ThemeName = 'light' | 'dark';

/** Built-in colours: paper, ink and one deep green. Every pair that meets on the screen reaches WCAG AA. */
export const THEME_COLORS: Readonly<Record<ThemeName, ThemeColors>> = {
  light: {
    primary: '#1d6a58',
    onPrimary: '#ffffff',
    secondary: '#8a5a00',
    onSecondary: '#ffffff',
    error: '#a83f28',
    secondaryContainer: '#e2efe9',
    onSecondaryContainer: '#17483c',
    surface: '#fdfcf9',
    onSurface: '#1c2421',
    surfaceVariant: '#f0ede5',
    onSurfaceVariant: '#55605b',
  },
  dark: {
    primary: '#74cdb1',
    onPrimary: '#0c1713',
    secondary: '#e3bd66',
    onSecondary: '#1d1604',
    error: '#f0937b',
    secondaryContainer: '#20392f',
    onSecondaryContainer: '#cfeadf',
    surface: '#161d1a',
    onSurface: '#e8ebe6',
    surfaceVariant: '#232d29',
    onSurfaceVariant: '#a9b6b0',
  },
};

const toKebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Declarations of the custom properties `--kl-color-*`. */
export const colorDeclarations = (colors: Partial<ThemeColors>): string =>
  Object.entries(colors)
    .map(([name, value]) => `--kl-color-${toKebab(name)}: ${value};`)
    .join(' ');
