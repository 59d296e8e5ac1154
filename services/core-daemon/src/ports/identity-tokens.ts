/** The identity provider a tenant names. */
export interface IdentityProvider {
  readonly openidConfigurationUrl: string;
  readonly audience: string | undefined;
}

/** Checks tokens of identity providers. */
export interface IdentityTokens {
  /**
   * @returns the subject of the token.
   * @throws RecognizeError IAM_TOKEN_INVALID, SERVICE_UNAVAILABLE when the provider's keys can't be had
   */
  subjectOf(provider: IdentityProvider, token: string): Promise<string>;
}
