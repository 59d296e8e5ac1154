/** Why the embedded database cannot run. The message is one line for the person who started it. */
export type EmbeddedPostgresErrorCode =
  | 'BINARIES_MISSING'
  | 'DATA_DIR_UNUSABLE'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_INCOMPATIBLE'
  | 'PORT_TAKEN'
  | 'INIT_FAILED'
  | 'START_FAILED';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
