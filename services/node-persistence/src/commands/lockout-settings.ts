import { lockoutDefaults, RecognizeError } from '@openrecognize/contracts';
import type { TenantSettings } from '../ports/tenant-store.ts';

export const defaultTenantSettings: TenantSettings = {
  lockoutFailures: lockoutDefaults.failures,
  lockoutWindowSeconds: lockoutDefaults.windowSeconds,
  lockoutSuspensionSeconds: lockoutDefaults.suspensionSeconds,
};

/**
 * The lockout can be set, not switched off: a window or a suspension of no length would do that.
 *
 * @throws RecognizeError BAD_REQUEST with the path of the setting
 */
export const assertLockoutEffective = (changes: Partial<TenantSettings>): void => {
  for (const name of ['lockoutFailures', 'lockoutWindowSeconds', 'lockoutSuspensionSeconds'] as const) {
    const value = changes[name];
    if (value !== undefined && value < 1) {
      throw new RecognizeError('BAD_REQUEST', { details: { path: `/settings/${name}` } });
    }
  }
};
