import { expect, it } from 'vitest';
import { parseHealthUrls } from './health-urls.ts';

it('reads services by name', () => {
  expect(parseHealthUrls([])).toEqual({});
  expect(parseHealthUrls(['agent=http://127.0.0.1:8081', 'storage=https://storage.example/?a=b'])).toEqual({
    agent: 'http://127.0.0.1:8081',
    storage: 'https://storage.example/?a=b',
  });
});

it.each(['agent', '=http://127.0.0.1', 'agent=127.0.0.1:80', 'agent=http://'])('refuses %j', (entry) => {
  expect(() => parseHealthUrls([entry])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
