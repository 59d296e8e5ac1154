import { describe, expect, it } from 'vitest';
import { useWebService } from './use-web-service.ts';

const { open } = useWebService({ settings: { maxConnectionsPerAddress: 2 } });

describe('sessions of one address (WS-13)', () => {
  it('keep their place while they wait for a dropped connection, so that dropping makes no room', async () => {
    for (let i = 0; i < 2; i++) {
      const client = await open({ flow: 'enroll' });
      await client.expect('begin-stream');
      client.close();
      await client.closed;
    }
    const next = await open({ flow: 'enroll' });
    expect(await next.next()).toMatchObject({ code: 'SERVER_UNAVAILABLE_SERVICE' });
  });
});
