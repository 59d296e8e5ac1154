import type { FullTenantSettings } from '../../../ports/administration-store.ts';
import { present } from '../ids.ts';

export interface SettingsRow {
  readonly lockout_failures: number;
  readonly lockout_window_seconds: number;
  readonly lockout_suspension_seconds: number;
  readonly user_authorization_type: 'None' | 'RemoteJWKSet';
  readonly user_authorization_jwks_uri: string | null;
  readonly openid_configuration_url: string | null;
  readonly openid_audience: string | null;
  readonly jwt_lifetime_seconds: number;
  readonly jwt_audience: string | null;
  readonly jwt_include_jti: boolean;
  readonly jwt_include_nonce: boolean;
  readonly authentication_visibility_seconds: number;
  readonly authentication_history_days: number | null;
  readonly audit_days: number | null;
}

/** Column of each setting. */
export const SETTING_COLUMNS = {
  lockoutFailures: 'lockout_failures',
  lockoutWindowSeconds: 'lockout_window_seconds',
  lockoutSuspensionSeconds: 'lockout_suspension_seconds',
  userAuthorizationType: 'user_authorization_type',
  userAuthorizationJwksUri: 'user_authorization_jwks_uri',
  openidConfigurationUrl: 'openid_configuration_url',
  openidAudience: 'openid_audience',
  jwtLifetimeSeconds: 'jwt_lifetime_seconds',
  jwtAudience: 'jwt_audience',
  jwtIncludeJti: 'jwt_include_jti',
  jwtIncludeNonce: 'jwt_include_nonce',
  authenticationVisibilitySeconds: 'authentication_visibility_seconds',
  authenticationHistoryDays: 'authentication_history_days',
  auditDays: 'audit_days',
} as const satisfies Record<keyof FullTenantSettings, keyof SettingsRow>;

export const settingsOf = (row: SettingsRow): FullTenantSettings => ({
  lockoutFailures: row.lockout_failures,
  lockoutWindowSeconds: row.lockout_window_seconds,
  lockoutSuspensionSeconds: row.lockout_suspension_seconds,
  userAuthorizationType: row.user_authorization_type,
  ...present('userAuthorizationJwksUri', row.user_authorization_jwks_uri),
  ...present('openidConfigurationUrl', row.openid_configuration_url),
  ...present('openidAudience', row.openid_audience),
  jwtLifetimeSeconds: row.jwt_lifetime_seconds,
  ...present('jwtAudience', row.jwt_audience),
  jwtIncludeJti: row.jwt_include_jti,
  jwtIncludeNonce: row.jwt_include_nonce,
  authenticationVisibilitySeconds: row.authentication_visibility_seconds,
  ...present('authenticationHistoryDays', row.authentication_history_days),
  ...present('auditDays', row.audit_days),
});
