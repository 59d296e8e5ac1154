import { utf8ToBytes } from '@openrecognize/bytes';
import { limits } from '@openrecognize/contracts';
import { invalidInput } from '../keyless-sdk-error.ts';
import { NativeFailure } from '../native-failure.ts';
import type { TransactionLine } from '../ports/screens-port.ts';
import type { DeviceContext } from '../session.ts';

const maxLines = 16;
const maxLabelLength = 64;
const maxValueLength = 256;

const malformed = (message: string): NativeFailure => new NativeFailure(20150, { message });

const lineOf = (entry: unknown): TransactionLine => {
  const pairs =
    typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? Object.entries(entry) : [];
  const [[label, value] = ['', undefined]] = pairs as [string, unknown][];
  if (pairs.length !== 1 || typeof value !== 'string')
    throw malformed('A line is no object with one pair of texts.');
  if (label.length < 1 || label.length > maxLabelLength) throw malformed('A label is empty or too long.');
  if (value.length < 1 || value.length > maxValueLength) throw malformed('A value is empty or too long.');
  return { label, value };
};

/**
 * The lines of a transaction (spec 08 DS-8).
 *
 * @throws NativeFailure 20150 for anything but a JSON array of 1 to 16 objects with one pair of texts each.
 */
export const parseTransactionData = (transactionData: unknown): readonly TransactionLine[] => {
  if (typeof transactionData !== 'string') throw malformed('transactionData is no text.');
  if (utf8ToBytes(transactionData).length > limits.maxTransactionDataBytes)
    throw malformed('It is too long.');
  let entries: unknown;
  try {
    entries = JSON.parse(transactionData);
  } catch {
    throw malformed('transactionData is no JSON.');
  }
  if (!Array.isArray(entries)) throw malformed('transactionData is no array.');
  if (entries.length < 1 || entries.length > maxLines)
    throw malformed(`There are not 1 to ${maxLines} lines.`);
  return entries.map(lineOf);
};

/** Shows the lines and waits for the person (spec 08 DS-8). @throws NativeFailure 30003 when they are not approved. */
export const approveTransaction = async (
  { ports }: DeviceContext,
  lines: readonly TransactionLine[],
): Promise<void> => {
  if (!ports.screens) throw invalidInput('dynamicLinkingInfo needs ports.screens to show the transaction.');
  if (!(await ports.screens.approveTransaction(lines))) {
    throw new NativeFailure(30003, { message: 'The person did not approve the transaction.' });
  }
};
