import type { DeviceStep, Exchange, ExchangeFacts } from './exchange.ts';
import type { AccountBook } from './service-account.ts';

export const count = (value: number): string => value.toLocaleString('en-US');
export const bytes = (value = 0): string => `${count(value)} byte${value === 1 ? '' : 's'}`;
/** Enough of an id to recognise it. */
export const shortId = (id: string | undefined): string => (id ? `${id.slice(0, 8)}…` : 'unknown');

const device = ({ userId, deviceId }: ExchangeFacts): string =>
  `user ${shortId(userId)}, device ${shortId(deviceId)}`;
const circuits = ({ circuits: n = 0 }: ExchangeFacts): string =>
  `${count(n)} garbled circuit${n === 1 ? '' : 's'}`;

/** Refusals that the core-daemon speaks by itself, before it asks another service. */
const refusedAtTheDoor: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'REQUEST_EXPIRED',
  'PROTOCOL_INVALID_MESSAGE',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'API_KEY_MISSING',
  'API_KEY_INVALID',
  'API_KEY_WRONG_KIND',
]);

const signatureVerdict = (book: AccountBook, code: string | undefined): boolean => {
  const isGenuine = code !== 'SIGNATURE_INVALID';
  book.add('auth-vault', 'got', 'the public key and a signature of the device');
  book.add('auth-vault', 'learned', `the signature is ${isGenuine ? 'genuine' : 'not genuine'}`);
  return isGenuine;
};

const describeBegin = (book: AccountBook, { errorCode, sentBytes, facts }: Exchange): void => {
  const { nextIndex, circuitIndex, stock, lockoutRemainingSeconds } = facts;
  book.add('core-daemon', 'got', `a signed request of ${bytes(sentBytes)}: ${device(facts)}`);
  book.add('core-daemon', 'learned', 'which device asks, and when');
  signatureVerdict(book, errorCode);
  book.add('node-persistence', 'got', device(facts));
  book.add('node-persistence', 'learned', 'which device asks, and when');
  if (errorCode === 'LOCKED_OUT') {
    book.add('node-persistence', 'gave', `“suspended for ${count(lockoutRemainingSeconds ?? 0)} s more”`);
  } else if (errorCode === 'NOT_ENOUGH_CIRCUITS') {
    book.add('circuit-storage', 'got', `${device(facts)}, circuit ${nextIndex ?? 0} or later`);
    book.add('circuit-storage', 'gave', 'nothing: no circuit of this device is left');
  } else if (errorCode === undefined) {
    book.add('circuit-storage', 'got', `${device(facts)}, circuit ${nextIndex ?? 0} or later`);
    book.add(
      'circuit-storage',
      'gave',
      `circuit ${circuitIndex} to the core-daemon; ${count(stock ?? 0)} more are ready`,
    );
  }
};

/** Refusals that tell a verdict was reached, or that it fell and could not be delivered. */
const verdictCodes: ReadonlySet<string> = new Set([
  'FAILED_TO_AUTHENTICATE_USER',
  'OPERATION_ALREADY_EXISTS',
  'JWT_SIGN_FAILED',
]);

const describeVerdict = (book: AccountBook, exchange: Exchange): void => {
  const { errorCode, facts } = exchange;
  const isMatch = errorCode !== 'FAILED_TO_AUTHENTICATE_USER';
  const bit = `1 bit: ${isMatch ? 'match' : 'no match'}`;
  book.add('core-daemon', 'learned', bit);
  book.add('circuit-storage', 'got', `circuit ${facts.circuitIndex} is used up`);
  book.add(
    'auth-vault',
    'got',
    `one output label of 16 bytes, for circuit ${facts.circuitIndex} of ${device(facts)}`,
  );
  book.add(
    'node-persistence',
    'gave',
    `the match token of circuit ${facts.circuitIndex} to the auth-vault, then forgot it`,
  );
  if (facts.transactionBytes !== undefined) {
    book.add('auth-vault', 'got', `the transaction, ${bytes(facts.transactionBytes)}, as text`);
  }
  book.add('auth-vault', 'learned', bit);
  book.add('node-persistence', 'got', 'the outcome of the attempt');
  book.add('node-persistence', 'learned', bit);
  if (errorCode === undefined) {
    if (facts.jwtBytes !== undefined)
      book.add('auth-vault', 'gave', `a signed JWT of ${bytes(facts.jwtBytes)}`);
    if (facts.refillCircuits !== undefined) {
      book.add('auth-vault', 'gave', 'a ticket to replace used circuits');
    }
    if (facts.sealedBytes !== undefined) {
      book.add(
        'node-persistence',
        'gave',
        `the sealed template, ${bytes(facts.sealedBytes)} it has no key for`,
      );
    }
  }
  if (!isMatch && facts.remainingAttempts !== undefined) {
    book.add('node-persistence', 'kept', `one failure more; ${count(facts.remainingAttempts)} left`);
  }
};

const describeFinish = (book: AccountBook, exchange: Exchange): void => {
  const { errorCode, facts } = exchange;
  const { labels = 0, transactionBytes } = facts;
  book.add('core-daemon', 'got', `${count(labels)} labels of 16 bytes, one for each bit of the probe`);
  if (transactionBytes !== undefined) {
    book.add('core-daemon', 'got', `the transaction, ${bytes(transactionBytes)}, as text`);
  }
  if (!signatureVerdict(book, errorCode)) return;
  if (errorCode === undefined || verdictCodes.has(errorCode)) describeVerdict(book, exchange);
  else if (errorCode === 'LOCKED_OUT') {
    book.add('node-persistence', 'got', device(facts));
    book.add(
      'node-persistence',
      'gave',
      `“suspended for ${count(facts.lockoutRemainingSeconds ?? 0)} s more”`,
    );
  } else {
    book.add('core-daemon', 'gave', `${errorCode} instead of a verdict; how far it came is not known here`);
  }
};

const describeUpload = (book: AccountBook, { step, sentBytes, errorCode, facts }: Exchange): void => {
  const { circuits: n = 0, payloadBytes = 0, stock } = facts;
  book.add('core-daemon', 'got', `${circuits(facts)} to pass on, ${bytes(sentBytes)}`);
  if (step === 'uploadEnrollmentCircuits') {
    if (!signatureVerdict(book, errorCode)) return;
    book.add('node-persistence', 'got', 'the id of the open enrollment');
  }
  if (errorCode !== undefined) {
    book.add('core-daemon', 'gave', `${errorCode}; how far it came is not known here`);
    return;
  }
  const tokens = `${count(n)} match token${n === 1 ? '' : 's'} of 32 bytes`;
  book.add('auth-vault', 'got', `${tokens}, ${n === 1 ? 'a hash' : 'each a hash'}`);
  book.add('node-persistence', 'kept', `${tokens} for the auth-vault`);
  book.add(
    'circuit-storage',
    'kept',
    `${circuits(facts)} of ${bytes(payloadBytes)}; ${count(stock ?? 0)} ready`,
  );
  if (step === 'uploadCircuits') {
    book.add('circuit-storage', 'learned', 'more circuits came, as after an enrollment or a match');
  }
};

const describeBeginEnrollment = (book: AccountBook, { errorCode, sentBytes, facts }: Exchange): void => {
  const { codeBits = 0, threshold = 0, sealedBytes } = facts;
  book.add('core-daemon', 'got', `a signed request of ${bytes(sentBytes)} with the public key of the device`);
  book.add(
    'core-daemon',
    'learned',
    `codes have ${count(codeBits)} bits, up to ${count(threshold)} may differ`,
  );
  if (!signatureVerdict(book, errorCode) || errorCode !== undefined) return;
  book.add('node-persistence', 'kept', `${device(facts)} and its public key`);
  book.add('node-persistence', 'kept', `the sealed template, ${bytes(sealedBytes)} it has no key for`);
};

const describeCommit = (book: AccountBook, { errorCode, facts }: Exchange): void => {
  book.add('core-daemon', 'got', 'the signed word that the enrollment counts');
  if (!signatureVerdict(book, errorCode) || errorCode !== undefined) return;
  book.add('core-daemon', 'learned', 'a new user exists');
  book.add('node-persistence', 'learned', 'user and device count from now on');
  book.add('circuit-storage', 'gave', `the number of ready circuits: ${count(facts.stock ?? 0)}`);
  book.add('auth-vault', 'gave', 'a ticket to upload more circuits');
};

const describeStatus = (book: AccountBook, { errorCode, sentBytes, facts }: Exchange): void => {
  book.add('core-daemon', 'got', `a signed question of ${bytes(sentBytes)}: ${device(facts)}`);
  signatureVerdict(book, errorCode);
  book.add('node-persistence', 'got', device(facts));
};

const describers: Record<DeviceStep, (book: AccountBook, exchange: Exchange) => void> = {
  beginEnrollment: describeBeginEnrollment,
  uploadEnrollmentCircuits: describeUpload,
  commitEnrollment: describeCommit,
  beginAuthentication: describeBegin,
  finishAuthentication: describeFinish,
  uploadCircuits: describeUpload,
  deviceStatus: describeStatus,
};

/**
 * Enters what one exchange made each service see. Derived from what the client party sent and was answered, with
 * the division of work that spec 04 lays down; where the answer does not tell, the entry says so.
 */
export const describeExchange = (book: AccountBook, exchange: Exchange): void => {
  const { status, sentBytes, errorCode } = exchange;
  if (status === 0) {
    book.add('core-daemon', 'got', `perhaps a message of ${bytes(sentBytes)}: no answer came`);
  } else if (errorCode !== undefined && refusedAtTheDoor.has(errorCode)) {
    book.add('core-daemon', 'got', `a message of ${bytes(sentBytes)}`);
    book.add('core-daemon', 'gave', `${errorCode}, without asking for more`);
  } else {
    describers[exchange.step](book, exchange);
  }
};
