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

/** The positional form of the product's SDKs. A text body would not carry circuits, so bodies are bytes here too. */
export interface KLNetworkingModule {
  sendHTTPRequest(
    baseUrl: string,
    path: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | undefined,
  ): Promise<{ readonly errorCode: number; readonly httpCode: number; readonly responseBody: string }>;
}

/** A module of that form as one of this SDK. It has to keep deadlines by itself. */
export const adaptKLNetworkingModule = (module: KLNetworkingModule): NetworkingModule => ({
  sendHTTPRequest: ({ baseUrl, path, method, headers, body }) =>
    module.sendHTTPRequest(baseUrl, path, method, headers, body),
});
