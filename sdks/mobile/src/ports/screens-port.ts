/** One line of a transaction, in the order the app gave them. */
export interface TransactionLine {
  readonly label: string;
  readonly value: string;
}

/** Looks of the native screens; what is left out stays as it is. */
export interface KeylessUI {
  readonly sdkTheme?: 'DARK' | 'LIGHT' | 'SYSTEM';
  /** CSS hex colours. */
  readonly colors?: {
    readonly primary?: string;
    readonly onPrimary?: string;
    readonly accent?: string;
  };
  readonly texts?: Readonly<Record<string, string>>;
  readonly fonts?: { readonly regular?: string; readonly bold?: string };
  readonly isHapticsEnabled?: boolean;
}

/** Screens of the app's platform that an operation needs beside the camera. */
export interface ScreensPort {
  /** Shows the transaction; true when the person approves it. Nothing is captured before that. */
  approveTransaction(lines: readonly TransactionLine[]): Promise<boolean>;
  /** Shows what the SDK is about; resolves when the person has read it. */
  showIntroduction(): Promise<void>;
  /** Changes how these screens and the camera's look; a platform whose screens are the app's own has none. */
  applyUI?(ui: KeylessUI): Promise<void>;
}
