import { bytes, count, describeExchange } from './describe-exchange.ts';
import type { OperationsCall, RequestTrace } from './exchange.ts';
import { type AccountBook, createAccountBook, type PartyAccount } from './service-account.ts';

const describeClientParty = (book: AccountBook, trace: RequestTrace): void => {
  const { imageBytes, pipelineMs, pipelineBits, exchanges } = trace;
  if (imageBytes === 0) return;
  book.add('client-party', 'got', `the picture, ${bytes(imageBytes)}; erased before the answer left`);
  if (pipelineBits > 0) {
    book.add('client-party', 'learned', `a code of ${count(pipelineBits)} bits; erased as well`);
  } else if (pipelineMs > 0) {
    book.add('client-party', 'learned', 'that this picture gives no code');
  }
  const isEnrolled = exchanges.some(({ step, status }) => step === 'commitEnrollment' && status === 200);
  const isAnswered = exchanges.some(({ step }) => step === 'finishAuthentication');
  if (isEnrolled)
    book.add('client-party', 'kept', 'ratchet key, seal key and signing key, in an encrypted file');
  if (isAnswered) book.add('client-party', 'kept', 'the ratchet, one step further: it cannot go back');
};

const describeOperations = (book: AccountBook, call: OperationsCall): void => {
  const { operation, sentBytes, isAccepted } = call;
  if (operation === 'verify-jwt') {
    book.add('operations-service', 'got', `the JWT, ${bytes(sentBytes)}, from the integrator`);
    book.add('operations-service', 'learned', 'its claims, the transaction among them');
    book.add('operations-service', 'gave', `“${isAccepted ? 'genuine' : 'not genuine'}”`);
    return;
  }
  book.add('operations-service', 'got', 'the id of a user to delete, from the integrator');
  if (!isAccepted) return;
  book.add('core-daemon', 'got', 'the id of a user to delete');
  book.add(
    'node-persistence',
    'learned',
    'the user is gone: devices, sealed template and match tokens with it',
  );
  book.add('circuit-storage', 'learned', 'the circuits of this device are to be deleted');
};

/** What each party saw in one request of the page. */
export const describeServices = (trace: RequestTrace): PartyAccount[] => {
  const book = createAccountBook();
  describeClientParty(book, trace);
  for (const exchange of trace.exchanges) describeExchange(book, exchange);
  for (const call of trace.operations) describeOperations(book, call);
  return book.accounts();
};
