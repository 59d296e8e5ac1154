/** One HTTP request of the SDK. */
export interface HttpRequest {
  /** One of the configured hosts. */
  readonly baseUrl: string;
  /** Starts with a slash. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** To be sent byte for byte. */
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  /** 0 when an HTTP answer came; any other number means that none did. */
  readonly errorCode: number;
  /** HTTP status. */
  readonly httpCode: number;
  readonly responseBody: Uint8Array | string;
}

/** Sends the SDK's requests, once each. An app replaces it to add pinning, a proxy or its own HTTP stack. */
export interface NetworkingModule {
  sendHTTPRequest(request: HttpRequest): Promise<HttpAnswer>;
}
