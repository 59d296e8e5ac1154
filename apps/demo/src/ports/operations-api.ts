/** The integrator's side: the server API under the secret key. */
export interface OperationsApi {
  /** @returns whether the service accepts the token. @throws RecognizeError when it can't say. */
  verifyJwt(token: string): Promise<boolean>;
  /** @returns false if the server knows no such user. @throws RecognizeError */
  deleteUser(userId: string): Promise<boolean>;
}
