/**
 * Attributes of the elements as templates write them, for type checkers of frameworks (README, "Frameworks"). Lists and
 * objects are JSON; a boolean attribute counts as soon as it is there.
 */
export interface KeylessElementAttributes {
  readonly 'aspect-ratio'?: number | string;
  readonly 'authorization-token'?: string;
  readonly 'camera-aspect-ratio'?: number | string;
  readonly 'camera-instructions'?: string;
  readonly customer?: string;
  readonly 'datadog-env'?: string;
  readonly 'datadog-token'?: string;
  readonly 'disable-datadog'?: boolean | '';
  readonly 'disable-logger'?: boolean | '';
  readonly 'disable-powered-by'?: boolean | '';
  readonly 'disable-steps'?: string;
  readonly 'enable-camera-flash'?: boolean | '';
  readonly 'enable-camera-instructions'?: boolean | '';
  readonly 'enable-camera-instructions-icons'?: boolean | '';
  readonly 'enable-datadog-pii'?: boolean | '';
  readonly 'enable-wasm-pthreads'?: boolean | '';
  readonly key?: string;
  readonly 'key-id'?: string;
  readonly lang?: string;
  readonly 'localization-packs'?: string;
  readonly 'localization-variables'?: string;
  readonly 'logger-level'?: string;
  readonly 'operation-id'?: string;
  readonly 'public-key'?: string;
  readonly 'seed-entropy'?: boolean | '';
  readonly 'service-url'?: string;
  readonly size?: number | string;
  readonly theme?: 'light' | 'dark';
  readonly 'theme-options'?: string;
  readonly 'transaction-data'?: string;
  readonly username?: string;
  readonly 'wasm-binary-url'?: string;
  readonly 'wasm-data-url'?: string;
  readonly 'wasm-file-url'?: string;
  readonly 'wasm-script-url'?: string;
  readonly 'ws-timeout'?: number | string;
  readonly 'ws-url'?: string;
}
