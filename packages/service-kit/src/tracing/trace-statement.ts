import { currentTrace } from './trace-context.ts';

/**
 * Records a statement that has just ended as a span of the request it served: its name, never its text or values.
 *
 * @param durationSeconds time of the statement, without the wait for a connection
 */
export const traceStatement = (name: string, durationSeconds: number, failed: boolean): void => {
  const scope = currentTrace();
  scope?.tracer
    ?.startSpan({
      name,
      kind: 'client',
      parent: scope.context,
      startMs: performance.timeOrigin + performance.now() - durationSeconds * 1000,
      attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name },
    })
    .end(failed ? { errorType: 'STATEMENT_FAILED' } : {});
};
