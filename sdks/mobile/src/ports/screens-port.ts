/** One line of a transaction, in the order the app gave them. */
export interface TransactionLine {
  readonly label: string;
  readonly value: string;
}

/** Screens of the app's platform that an operation needs beside the camera. */
export interface ScreensPort {
  /** Shows the transaction; true when the person approves it. Nothing is captured before that. */
  approveTransaction(lines: readonly TransactionLine[]): Promise<boolean>;
  /** Shows what the SDK is about; resolves when the person has read it. */
  showIntroduction(): Promise<void>;
}
