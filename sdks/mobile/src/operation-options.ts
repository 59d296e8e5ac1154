import type { LivenessConfiguration } from './liveness-configuration.ts';

/** A caller-chosen operation, stored by the server when the enrollment or authentication succeeds. */
export type OperationInfo = ({ readonly id: string } | { readonly operationId: string }) & {
  /** At most 16,384 bytes. */
  readonly payload?: string;
  /** No personal data. At enrollment it becomes the external id of the new user. */
  readonly externalUserId?: string;
};

/** Asks for a JWT that the server signs after a match. */
export interface JwtSigningInfo {
  /** Becomes the claim `td`; at most 16,384 bytes. */
  readonly claimTransactionData: string;
  /** Becomes the claim `aud`. */
  readonly audience?: string;
}

/**
 * A transaction that is shown, approved, and signed after a match. `transactionData` is a JSON array of objects with
 * one pair each, `[{"Amount":"12.00 EUR"},{"To":"Zoe"}]`; whatever else is refused with 20150.
 */
export interface DynamicLinkingInfo {
  readonly transactionData: string;
}

/** Something the app keeps in the secrets vault: released after a match alone. ASCII, at most 4,096 characters. */
export interface KeylessSecret {
  /** 1 to 64 ASCII characters. */
  readonly id: string;
  readonly value: string;
}

/** `BACKUP` is kept by the customer for the day the device is lost, `TEMPORARY` used in the same flow. */
export type ClientStateType = 'BACKUP' | 'TEMPORARY';

/** What is done with the secrets vault once the person matched: save, then delete, then retrieve, then list. */
export interface SecretOptions {
  /** Saved, or updated where the id is known. */
  readonly savingSecret?: KeylessSecret | readonly KeylessSecret[];
  /** Ids; 20300 when one of them is not there. */
  readonly deletingSecret?: string | readonly string[];
  /** Ids; 20300 when one of them is not there. */
  readonly retrievingSecret?: string | readonly string[];
  /** Default false. */
  readonly shouldRetrieveSecretIDs?: boolean;
}

/** What every operation with the camera takes. */
export interface CaptureOptions {
  /** Seconds a person gets to settle before the capture. */
  readonly cameraDelaySeconds?: number;
  /** Default `LEVEL_1`; the legacy names are understood. */
  readonly livenessConfiguration?: LivenessConfiguration;
  /** Also judge the surroundings; 20021 or 20022 where that is not possible. Default false. */
  readonly livenessEnvironmentAware?: boolean;
  /** Whether the camera shows that it went well; default true. */
  readonly showSuccessFeedback?: boolean;
}

/** The wishes of an operation for the secrets vault, as lists. */
export interface SecretWishes {
  readonly saving: readonly KeylessSecret[];
  readonly deleting: readonly string[];
  readonly retrieving: readonly string[];
  readonly listsIds: boolean;
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export const secretWishesOf = (options: SecretOptions): SecretWishes => ({
  saving: listOf(options.savingSecret),
  deleting: listOf(options.deletingSecret),
  retrieving: listOf(options.retrievingSecret),
  listsIds: options.shouldRetrieveSecretIDs ?? false,
});

export const hasSecretWishes = ({ saving, deleting, retrieving, listsIds }: SecretWishes): boolean =>
  saving.length + deleting.length + retrieving.length > 0 || listsIds;
