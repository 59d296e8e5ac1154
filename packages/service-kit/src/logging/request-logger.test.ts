import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { lazyChildLogger } from './request-logger.ts';

const setUp = () => {
  const lines: Record<string, unknown>[] = [];
  const parent = pino({ base: {}, level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  let made = 0;
  const counting = Object.assign(Object.create(parent) as FastifyBaseLogger, {
    child: (...args: Parameters<FastifyBaseLogger['child']>) => {
      made++;
      return parent.child(...args) as unknown as FastifyBaseLogger;
    },
  });
  const fields = () => lines.map(({ time: _time, ...rest }) => rest);
  return { counting, fields, made: () => made };
};

it('writes a line of fields with the bindings, without a logger of its own', () => {
  const { counting, fields, made } = setUp();
  lazyChildLogger(counting, { requestId: 'r-1' }).info({ status: 200 }, 'request');
  expect(fields()).toEqual([{ level: 30, requestId: 'r-1', status: 200, msg: 'request' }]);
  expect(made()).toBe(0);
});

it('makes the logger once for lines of any other form', () => {
  const { counting, fields, made } = setUp();
  const log = lazyChildLogger(counting, { requestId: 'r-2' });
  log.warn({ code: 'X' }, 'refused');
  log.info('text alone');
  log.info(new Error('an error'), 'failed');
  log.child({ traceId: 't' }).error({}, 'traced');
  expect(made()).toBe(1);
  expect(fields().map(({ requestId, msg }) => [requestId, msg])).toEqual([
    ['r-2', 'refused'],
    ['r-2', 'text alone'],
    ['r-2', 'failed'],
    ['r-2', 'traced'],
  ]);
  expect(fields()[3]).toMatchObject({ traceId: 't' });
});

it('heeds options of its own, such as another level', () => {
  const { counting, fields } = setUp();
  lazyChildLogger(counting, { requestId: 'r-3' }, { level: 'error' }).info({ status: 200 }, 'request');
  expect(fields()).toEqual([]);
});
