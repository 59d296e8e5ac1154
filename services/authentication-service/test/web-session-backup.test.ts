import { describe, expect, it } from 'vitest';
import { useWebService } from './use-web-service.ts';

describe('enrollments of web sessions', () => {
  const { current, attempt } = useWebService({ settings: { preparesBackup: true } });

  it('also enroll a backup device where the operator wants client states to be exported', async () => {
    const { verdict } = await attempt('ann', { flow: 'enroll' });
    expect(verdict).toMatchObject({ type: 'finished' });
    const [user] = current.fake.users.values();
    expect(user?.further?.map(({ device }) => device.deviceType)).toEqual(['BACKUP']);
  });
});

describe('enrollments of web sessions by default', () => {
  const { current, attempt } = useWebService({});

  it('enroll no other device', async () => {
    await attempt('ann', { flow: 'enroll' });
    const [user] = current.fake.users.values();
    expect(user?.further ?? []).toEqual([]);
  });
});
