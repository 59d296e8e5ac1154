import { createHmac, hkdfSync } from 'node:crypto';

/** The version before stays valid this long, so that a receiver can change over without losing an event. */
const OVERLAP_MS = 86_400_000;

export interface SignedBy {
  readonly webhookId: string;
  readonly secretVersion: number;
  readonly secretRotatedAtMs?: number;
}

export interface WebhookSecrets {
  /** `whsec_` and 256 bits, base64url. */
  secretOf(webhookId: string, version: number): string;
  /** `Kl-Signature`: `t=<seconds>,v1=<hex>`, a second `v1` by the version before while that is still valid. */
  signatureOf(webhook: SignedBy, body: string, nowMs: number): string;
}

/** HMAC-SHA-256 over `<seconds>.<body>`, lower-case hex; the key is the secret as text. */
export const signWebhookBody = (secret: string, timestampSeconds: number, body: string): string =>
  createHmac('sha256', secret).update(`${timestampSeconds}.${body}`, 'utf8').digest('hex');

/**
 * Secrets are derived (HKDF-SHA-256, RFC 5869) from one key, the id of the webhook and a version: none is stored, so
 * no database holds one.
 *
 * @param masterKey at least 16 characters; whoever knows it can sign for every webhook
 */
export const createWebhookSecrets = (masterKey: string): WebhookSecrets => {
  const secretOf = (webhookId: string, version: number): string => {
    const info = `openrecognize webhook secret ${version}`;
    const bytes = hkdfSync('sha256', masterKey, webhookId, info, 32);
    return `whsec_${Buffer.from(bytes).toString('base64url')}`;
  };
  return {
    secretOf,
    signatureOf({ webhookId, secretVersion, secretRotatedAtMs }, body, nowMs) {
      const seconds = Math.floor(nowMs / 1000);
      const isOverlapping =
        secretVersion > 1 && secretRotatedAtMs !== undefined && nowMs < secretRotatedAtMs + OVERLAP_MS;
      const versions = isOverlapping ? [secretVersion, secretVersion - 1] : [secretVersion];
      const signatures = versions.map(
        (version) => `v1=${signWebhookBody(secretOf(webhookId, version), seconds, body)}`,
      );
      return [`t=${seconds}`, ...signatures].join(',');
    },
  };
};
