import { describe, expect, it } from 'vitest';
import { pictureOf } from './fake-frames.ts';
import { useWebService } from './use-web-service.ts';

const { current, attempt, open } = useWebService();

describe('a web session', () => {
  it('enrolls a face and authenticates it', async () => {
    const enrolled = await attempt('ann', { flow: 'enroll' });
    expect(enrolled.verdict).toMatchObject({ type: 'finished' });
    expect(enrolled.code).toBe(1000);
    const again = await attempt('ann');
    expect(again.verdict).toEqual(enrolled.verdict);
  });
});
