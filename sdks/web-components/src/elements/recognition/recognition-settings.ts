import { LitElement } from 'lit';
import type { LocalizationPack, LocalizationVariables } from '../../locales/localization-pack.ts';
import type { RecognitionOptions, WebAssemblyOptions } from '../../recognition/recognition-client.ts';
import type { ThemeName } from '../../themes/theme-colors.ts';
import type { ThemeOptions } from '../../themes/theme-options.ts';
import { elementProperties } from './element-attributes.ts';

/** Every attribute as a property (`ELEMENT_ATTRIBUTES`), and what follows from them. Paints nothing. */
export class RecognitionSettings extends LitElement {
  static override properties = elementProperties;

  declare customer: string | undefined;
  declare username: string | undefined;
  declare wsURL: string | undefined;
  declare key: string | undefined;
  declare publicKey: string | undefined;
  declare keyID: string | undefined;
  declare serviceURL: string | undefined;
  declare authorizationToken: string | undefined;
  declare operationID: string | undefined;
  declare transactionData: string | undefined;
  declare localizationPacks: readonly LocalizationPack[] | undefined;
  declare localizationVariables: LocalizationVariables | undefined;
  declare theme: ThemeName | undefined;
  declare themeOptions: ThemeOptions | undefined;
  declare size: number | undefined;
  declare aspectRatio: number | string | undefined;
  declare cameraAspectRatio: number | string | undefined;
  declare enableCameraInstructions: boolean;
  declare enableCameraInstructionsIcons: boolean;
  declare cameraInstructions: readonly string[] | undefined;
  declare enableCameraFlash: boolean;
  declare enableWasmPthreads: boolean;
  declare wasmBinaryURL: string | undefined;
  declare wasmFileURL: string | undefined;
  declare wasmDataURL: string | undefined;
  declare wasmScriptURL: string | undefined;
  declare wsTimeout: number | undefined;
  declare seedEntropy: boolean;
  declare disableSteps: readonly string[] | undefined;
  declare disablePoweredBy: boolean;
  declare loggerLevel: string | undefined;
  declare disableLogger: boolean;
  declare datadogEnv: string | undefined;
  declare datadogToken: string | undefined;
  declare disableDatadog: boolean;
  declare enableDatadogPII: boolean;

  /** Options of the session, read at the moment it opens: late attributes count. */
  recognitionOptions(): RecognitionOptions {
    const { wsTimeout } = this;
    return {
      customer: this.customer,
      username: this.username,
      wsURL: this.wsURL,
      key: this.key ?? this.publicKey,
      keyID: this.keyID,
      serviceURL: this.serviceURL,
      authorizationToken: this.authorizationToken,
      operationID: this.operationID,
      transactionData: this.transactionData,
      seedEntropy: this.seedEntropy === true,
      enableCameraFlash: this.enableCameraFlash === true,
      wsTimeoutMs: typeof wsTimeout === 'number' && Number.isFinite(wsTimeout) ? wsTimeout : undefined,
    };
  }

  webAssemblyOptions(): WebAssemblyOptions {
    return {
      pthreads: this.enableWasmPthreads === true,
      binaryURL: this.wasmBinaryURL ?? this.wasmFileURL,
      dataURL: this.wasmDataURL,
      scriptURL: this.wasmScriptURL,
    };
  }

  /** The theme asked for, else what the system prefers. */
  protected themeInUse(): ThemeName {
    if (this.theme === 'light' || this.theme === 'dark') return this.theme;
    return globalThis.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }

  /** The language asked for here or by an ancestor, else that of the browser. */
  protected languageInUse(): string {
    const host = this.lang || this.closest('[lang]')?.getAttribute('lang');
    return host || globalThis.navigator?.language || 'en';
  }
}
