import type { WebSessionFlow } from '@openrecognize/contracts/ws';
import { Attempt } from './attempt.ts';
import type { KeylessFailure } from './core/keyless-events.ts';
import { keylessFailure } from './core/keyless-failure.ts';

/** Attempts of this page by the symbol that was handed out. A deleted one is gone. */
const attempts = new Map<symbol, Attempt>();

const DESCRIPTIONS: Readonly<Record<WebSessionFlow, string>> = {
  auth: 'KeylessAuth',
  enroll: 'KeylessEnroll',
};

export function registerAttempt(flow: WebSessionFlow): symbol {
  const symbol = Symbol(DESCRIPTIONS[flow]);
  attempts.set(symbol, new Attempt(flow));
  return symbol;
}

/** The attempt, or why there is none: deleted or never created, or a symbol that this SDK can't have made. */
export function findAttempt(symbol: symbol): Attempt | KeylessFailure {
  const attempt = attempts.get(symbol);
  if (attempt !== undefined) {
    return attempt;
  }
  const isNameless = typeof symbol === 'symbol' && !symbol.description;
  return keylessFailure(isNameless ? 'SYMBOL_DESCRIPTION_UNSET' : 'SESSION_MANAGER_NULL');
}

/** The attempt if there is one; for reading what came last. */
export function peekAttempt(symbol: symbol): Attempt | undefined {
  return attempts.get(symbol);
}

/** Another attempt of this flow that is connected: the page has one person and one camera at a time. */
export function hasOtherRunning(attempt: Attempt): boolean {
  return [...attempts.values()].some(
    (other) => other !== attempt && other.flow === attempt.flow && other.isRunning,
  );
}

export function forgetAttempt(symbol: symbol): void {
  const attempt = attempts.get(symbol);
  attempts.delete(symbol);
  attempt?.dispose();
}
