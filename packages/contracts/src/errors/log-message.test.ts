import { describe, expect, it } from 'vitest';
import { logMessage } from './index.ts';

describe('logMessage', () => {
  it('writes the lines of the troubleshooting guide', () => {
    expect(logMessage('CIRCUIT_PERSISTING_FAILED', { circuitId: '0198-ab' })).toBe(
      'Persisting circuit on S3 failed. [circuitId=0198-ab]',
    );
    expect(logMessage('INNER_SERVICE_ERROR', { service: 'AUTH-VAULT', reason: 'JWT_SIGN_FAILED' })).toBe(
      '[AUTH-VAULT] service returned error: JWT_SIGN_FAILED',
    );
    expect(logMessage('NODE_PERSISTENCE_STATUS', { status: 500 })).toBe(
      'Node persistence returned an unexpected status 500',
    );
    expect(logMessage('JWT_SIGNING_FAILED', {})).toBe('Failed JWT token sign');
  });

  it('lets no value begin a new line or act as a template', () => {
    expect(logMessage('INNER_SERVICE_ERROR', { service: '{reason}', reason: 'a\r\nfake\u0085$&' })).toBe(
      '[{reason}] service returned error: a  fake $&',
    );
  });
});
