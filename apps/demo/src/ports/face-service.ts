/** What a page needs to reach the authentication-service. */
export interface FaceServiceAddress {
  readonly customer: string;
  readonly wsUrl: string;
  readonly keyId: string;
  /** Image encryption key: SPKI, base64. */
  readonly key: string;
}

/** The bank's side of the face service: where it is, and the server API under the bank's secret key. */
export interface FaceService {
  /** @throws when the service does not answer */
  address(): Promise<FaceServiceAddress>;
  /** User ids enrolled under the username. @throws RecognizeError */
  usersNamed(username: string): Promise<readonly string[]>;
  /** Deletes face, devices and circuits; somebody unknown is no error. @throws RecognizeError */
  deleteUser(userId: string): Promise<void>;
}
