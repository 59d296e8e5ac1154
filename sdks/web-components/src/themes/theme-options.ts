import { colorDeclarations, THEME_COLORS, type ThemeColors, type ThemeName } from './theme-colors.ts';

/** A leaf is CSS: declarations that are put on the part of that name. */
export interface ThemeElementOptions {
  readonly [name: string]: string | ThemeElementOptions;
}

/** What a page may change about the look of an element. Later declarations win over the built-in ones. */
export interface ThemeOptions {
  readonly colors?: Readonly<Partial<Record<ThemeName, Partial<ThemeColors>>>>;
  readonly elements?: ThemeElementOptions;
}

/** Where the declarations of each leaf of `elements` are put. `null`: a part the web elements do not have. */
export const THEME_SELECTORS: Readonly<Record<string, string | null>> = {
  'button.host': '.button',
  'button.size.small.host': '.button.small',
  'button.variant.text.host': '.button.plain',
  'button.variant.text.host.hover': '.button.plain:hover',
  'camera.host': '.camera',
  'camera.host.after': '.camera::after',
  'camera.host.before': '.camera::before',
  'cameraCorners.svg': '.camera-corners',
  'cameraInstructions.host': '.camera-instructions',
  'cameraInstructions.li': '.camera-instructions li',
  'cameraInstructions.liText': '.camera-instructions li span',
  'cameraSelect.labels': '.camera-select .labels',
  'cameraSelect.labelsHeadline': '.camera-select .labels-headline',
  'cameraSelect.labelsText': '.camera-select .labels-text',
  'cameraSelect.list': '.camera-select .list',
  'cameraSelect.option': '.camera-select .option',
  'dialog.host': '.dialog',
  'poweredBy.host': '.powered-by',
  'poweredBy.icon': '.powered-by svg',
  'poweredBy.span': '.powered-by span',
  'qrcode.host': '.qrcode',
  'root.buttonCameraSelect': '.button-camera-select',
  'root.buttonCancel': '.button-cancel',
  'root.buttonClose': '.button-close',
  'root.buttonFlash': '.button-flash',
  'root.buttonPin': null,
  'root.buttonsSwitchToMobileChoice': '.buttons-stm-choice',
  'root.cameraBiometric': '.camera-biometric',
  'root.cameraTip': '.camera-tip',
  'root.headline': '.headline',
  'root.host': '.root',
  'root.poweredBy': '.powered-by',
  'root.text': '.text',
  'root.texts': '.texts',
};

/** The style sheet of a theme with the page's own options over it. */
export function themeStyles(theme: ThemeName, options: ThemeOptions): string {
  const colors = { ...THEME_COLORS[theme], ...options.colors?.[theme] };
  const rules = [`:host { color-scheme: ${theme}; ${colorDeclarations(colors)} }`];
  collectRules(options.elements ?? {}, '', rules);
  return rules.join('\n');
}

function collectRules(options: ThemeElementOptions, path: string, rules: string[]): void {
  for (const [name, value] of Object.entries(options)) {
    const leaf = path ? `${path}.${name}` : name;
    if (typeof value === 'object' && value !== null) collectRules(value, leaf, rules);
    const selector = THEME_SELECTORS[leaf];
    if (typeof value === 'string' && selector) rules.push(`${selector} { ${value} }`);
  }
}
