import type { PropertyDeclarations } from 'lit';

export interface ElementAttribute {
  readonly property: string;
  readonly attribute: string;
  readonly type: 'string' | 'number' | 'boolean' | 'list' | 'object';
  /** TypeScript type, for the manifest. */
  readonly shape: string;
  readonly description: string;
}

const string = (property: string, attribute: string, description: string): ElementAttribute => ({
  property,
  attribute,
  type: 'string',
  shape: 'string | undefined',
  description,
});
const flag = (property: string, attribute: string, description: string): ElementAttribute => ({
  property,
  attribute,
  type: 'boolean',
  shape: 'boolean',
  description,
});
const data = (
  property: string,
  attribute: string,
  type: ElementAttribute['type'],
  shape: string,
  description: string,
): ElementAttribute => ({ property, attribute, type, shape, description });

/** Every attribute of the elements with its property; the README's table and the manifest are held against it. */
export const ELEMENT_ATTRIBUTES: readonly ElementAttribute[] = [
  string('customer', 'customer', 'Name of the tenant. Required.'),
  string('username', 'username', 'Who authenticates or enrolls. Required.'),
  string('wsURL', 'ws-url', 'Socket address of the authentication service. Required without `service-url`.'),
  string('key', 'key', 'Image encryption public key, SPKI in base64. Required without `service-url`.'),
  string('publicKey', 'public-key', 'Other name of `key`.'),
  string('keyID', 'key-id', 'Id or alias of the image encryption key. Required without `service-url`.'),
  string('serviceURL', 'service-url', 'Address of the authentication service, instead of the three before.'),
  string('authorizationToken', 'authorization-token', 'JWT of your backend, where the tenant asks for one.'),
  string('operationID', 'operation-id', 'Id of the operation that a success is recorded for.'),
  string('transactionData', 'transaction-data', 'Text that the transaction JWT binds.'),
  string('lang', 'lang', 'Language tag. Default: that of the nearest ancestor with one, else the browser.'),
  data(
    'localizationPacks',
    'localization-packs',
    'list',
    'LocalizationPack[]',
    'Texts over the built-in ones.',
  ),
  data(
    'localizationVariables',
    'localization-variables',
    'object',
    'Record<string, string>',
    'Values for `{variable}` in texts.',
  ),
  string('theme', 'theme', '`light` or `dark`. Default: what the system prefers.'),
  data('themeOptions', 'theme-options', 'object', 'ThemeOptions', 'Colours and CSS of the parts.'),
  data(
    'size',
    'size',
    'number',
    'number | undefined',
    'Width in CSS pixels. Default: the width of the container.',
  ),
  data(
    'aspectRatio',
    'aspect-ratio',
    'string',
    'number | string | undefined',
    'Width to height of the element, which grows where a text needs it. Default `2 / 3`.',
  ),
  data(
    'cameraAspectRatio',
    'camera-aspect-ratio',
    'string',
    'number | string | undefined',
    'Width to height of the oval. Default `3 / 4`.',
  ),
  flag('enableCameraInstructions', 'enable-camera-instructions', 'Show hints before the camera starts.'),
  flag('enableCameraInstructionsIcons', 'enable-camera-instructions-icons', 'Draw an icon beside each hint.'),
  data(
    'cameraInstructions',
    'camera-instructions',
    'list',
    'string[]',
    'Hints to show: keys of `camera_instructions` or own sentences.',
  ),
  flag(
    'enableCameraFlash',
    'enable-camera-flash',
    'Take part in the colour challenge of the server, which lights the face with the screen.',
  ),
  flag(
    'enableWasmPthreads',
    'enable-wasm-pthreads',
    'Run WebAssembly in several threads; the page needs COOP and COEP.',
  ),
  string('wasmBinaryURL', 'wasm-binary-url', 'Address of `wasm.wasm`.'),
  string('wasmFileURL', 'wasm-file-url', 'Older name of `wasm-binary-url`.'),
  string('wasmDataURL', 'wasm-data-url', 'Address of `wasm.data`.'),
  string('wasmScriptURL', 'wasm-script-url', 'Address of `wasm.js`.'),
  data(
    'wsTimeout',
    'ws-timeout',
    'number',
    'number | undefined',
    'Milliseconds the server may take for one answer.',
  ),
  flag('seedEntropy', 'seed-entropy', "Ask for the user's stable secret; it comes with `finished`."),
  data('disableSteps', 'disable-steps', 'list', 'string[]', 'Steps that are not shown.'),
  flag('disablePoweredBy', 'disable-powered-by', 'Hide the line at the foot.'),
  string('loggerLevel', 'logger-level', 'Accepted, without effect: nothing is logged remotely.'),
  flag('disableLogger', 'disable-logger', 'Accepted, without effect: nothing is logged remotely.'),
  string('datadogEnv', 'datadog-env', 'Accepted, without effect: nothing is logged remotely.'),
  string('datadogToken', 'datadog-token', 'Accepted, without effect: nothing is logged remotely.'),
  flag('disableDatadog', 'disable-datadog', 'Accepted, without effect: nothing is logged remotely.'),
  flag('enableDatadogPII', 'enable-datadog-pii', 'Accepted, without effect: nothing is logged remotely.'),
];

/** A list as JSON, or as names between commas or spaces. */
function listFromAttribute(value: string | null): readonly unknown[] {
  if (!value) return [];
  const parsed = fromJson(value);
  if (Array.isArray(parsed)) return parsed;
  return value.split(/[\s,]+/).filter(Boolean);
}

const objectFromAttribute = (value: string | null): object => {
  const parsed = value ? fromJson(value) : undefined;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
};

function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const declarations = {
  string: { type: String },
  number: { type: Number },
  boolean: { type: Boolean },
  list: { converter: { fromAttribute: listFromAttribute } },
  object: { converter: { fromAttribute: objectFromAttribute } },
} as const;

/** The same table as Lit wants it. */
export const elementProperties: PropertyDeclarations = Object.fromEntries(
  ELEMENT_ATTRIBUTES.map(({ property, attribute, type }) => [property, { attribute, ...declarations[type] }]),
);
