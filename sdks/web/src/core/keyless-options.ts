/** How a frame is encoded before it is encrypted. `luma` is grey, 1 byte a pixel; `rgb` 3 bytes, uncompressed. */
export type KeylessFrameEncoding = 'jpeg' | 'luma' | 'rgb';

/**
 * Options of `openKeylessWebSocketConnection`. All are optional to the type checker, since a missing one is reported
 * as an `error` event with its own code; `customer.name`, `username` and either `ws.url` with `key` or `service.url`
 * are required.
 */
export interface KeylessOptions {
  readonly customer?: { readonly name?: string | undefined } | undefined;
  readonly username?: string | undefined;
  /** Image encryption key: id or alias, and SubjectPublicKeyInfo in base64 (PEM is read too). */
  readonly key?: { readonly id?: string | undefined; readonly value?: string | undefined } | undefined;
  readonly ws?: { readonly url?: string | undefined } | undefined;
  /** Instead of `ws.url` and `key`: address of the authentication service; the key is fetched from it. */
  readonly service?: { readonly url?: string | undefined } | undefined;
  /** JWT of your backend, where the tenant asks for user authorization. */
  readonly authorization?: { readonly token?: string | undefined } | undefined;
  readonly operation?: { readonly id?: string | undefined } | undefined;
  /** Text that the transaction JWT binds (`td`). */
  readonly transaction?: { readonly data?: string | undefined } | undefined;
  /** Ask for the user's stable secret; it arrives with `finished`. */
  readonly seedEntropy?: boolean | undefined;
  /** Take part in the colour challenge: paint the screen as `getKeylessFlashColour` says. */
  readonly cameraFlash?: boolean | undefined;
  /** Milliseconds the server may take for one answer, 1000 to 120000; default 15000. */
  readonly wsTimeout?: number | undefined;
  /** Default `jpeg`. */
  readonly encoding?: KeylessFrameEncoding | undefined;
  /** Continues a session that another device handed over; then only this, the address and the key are needed. */
  readonly transfer?: { readonly token?: string | undefined } | undefined;
  /** Up to 2.3.0; accepted and ignored: lockout is the server's. */
  readonly lockout?: unknown;
}
