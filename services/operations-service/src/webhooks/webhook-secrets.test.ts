import { describe, expect, it } from 'vitest';
import { createWebhookSecrets, signWebhookBody } from './webhook-secrets.ts';

const secrets = createWebhookSecrets('a master key of the tests');
const webhookId = '00000000-0000-4000-8000-000000000001';

describe('signature of a webhook', () => {
  it('is HMAC-SHA-256 over time and body', () => {
    // echo -n '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
    expect(signWebhookBody('whsec_test', 1_700_000_000, '{"a":1}')).toBe(
      '38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789',
    );
  });

  it('names its time, and carries the old secret for a day after a rotation', () => {
    const rotatedAtMs = 1_700_000_000_000;
    const webhook = { webhookId, secretVersion: 2, secretRotatedAtMs: rotatedAtMs };
    const signed = (nowMs: number) => secrets.signatureOf(webhook, '{}', nowMs);
    const by = (version: number, seconds: number) =>
      `v1=${signWebhookBody(secrets.secretOf(webhookId, version), seconds, '{}')}`;
    expect(signed(rotatedAtMs + 1_999)).toBe(`t=1700000001,${by(2, 1_700_000_001)},${by(1, 1_700_000_001)}`);
    expect(signed(rotatedAtMs + 86_400_000)).toBe(`t=1700086400,${by(2, 1_700_086_400)}`);
    expect(secrets.signatureOf({ webhookId, secretVersion: 1 }, '{}', 0).match(/v1=/g)).toHaveLength(1);
  });

  it('is by a secret of its own for every webhook, version and installation', () => {
    const other = createWebhookSecrets('another master key of the tests');
    const all = [
      secrets.secretOf(webhookId, 1),
      secrets.secretOf(webhookId, 2),
      secrets.secretOf('00000000-0000-4000-8000-000000000002', 1),
      other.secretOf(webhookId, 1),
    ];
    expect(new Set(all).size).toBe(4);
    for (const secret of all) expect(secret).toMatch(/^whsec_[A-Za-z0-9_-]{43}$/);
    expect(secrets.secretOf(webhookId, 1)).toBe(all[0]);
  });
});
