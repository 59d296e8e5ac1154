import { describe, expect, it } from 'vitest';
import { parseAspectRatio } from './aspect-ratio.ts';
import { ELEMENT_ATTRIBUTES, elementProperties } from './element-attributes.ts';

/** Typed by hand from the public surface: attribute, then property. */
const PUBLISHED = `customer:customer username:username ws-url:wsURL key:key public-key:publicKey key-id:keyID
  service-url:serviceURL authorization-token:authorizationToken operation-id:operationID
  transaction-data:transactionData lang:lang localization-packs:localizationPacks
  localization-variables:localizationVariables theme:theme theme-options:themeOptions size:size
  enable-camera-instructions:enableCameraInstructions enable-wasm-pthreads:enableWasmPthreads
  wasm-binary-url:wasmBinaryURL wasm-file-url:wasmFileURL`.split(/\s+/);
const PROPERTIES = `wasmDataURL wasmScriptURL loggerLevel datadogEnv datadogToken wsTimeout seedEntropy
  enableCameraFlash enableCameraInstructionsIcons disablePoweredBy disableLogger disableDatadog disableSteps aspectRatio
  cameraAspectRatio cameraInstructions enableDatadogPII`.split(/\s+/);

const converterOf = (property: string) => {
  const { converter } = elementProperties[property] as {
    converter: { fromAttribute(value: string | null): unknown };
  };
  return converter.fromAttribute;
};

describe('the attributes of the elements', () => {
  it('are all published ones, each with its property', () => {
    const pairs = ELEMENT_ATTRIBUTES.map(({ attribute, property }) => `${attribute}:${property}`);
    expect(pairs).toEqual(expect.arrayContaining(PUBLISHED));
    expect(ELEMENT_ATTRIBUTES.map(({ property }) => property)).toEqual(expect.arrayContaining(PROPERTIES));
    expect(ELEMENT_ATTRIBUTES).toHaveLength(PUBLISHED.length + PROPERTIES.length);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('read lists as JSON or as words, and objects as JSON; what is neither is empty', () => {
    const list = converterOf('disableSteps');
    expect(list('["done", "error"]')).toEqual(['done', 'error']);
    expect(list('done, error  bootstrap')).toEqual(['done', 'error', 'bootstrap']);
    expect(list(null)).toEqual([]);
    const object = converterOf('themeOptions');
    expect(object('{"colors":{}}')).toEqual({ colors: {} });
    for (const value of ['[1]', '{', 'null', '7', null]) expect(object(value)).toEqual({});
  });
});

describe('parseAspectRatio', () => {
  it('reads numbers and fractions, and nothing else', () => {
    expect(parseAspectRatio(0.75)).toBe(0.75);
    for (const text of ['0.75', '3/4', ' 3 / 4 ', '3:4']) expect(parseAspectRatio(text)).toBe(0.75);
    for (const text of [undefined, '', 'x', '3/0', '-1', '3/', '0', '1; color: red']) {
      expect(parseAspectRatio(text)).toBeUndefined();
    }
  });
});
