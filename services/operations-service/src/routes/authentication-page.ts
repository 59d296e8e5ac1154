import {
  type AuthenticationPage,
  CORE_ERRORS,
  type EndpointOutput,
  type listRecentAuthentications,
  type RecordedOutcome,
} from '@openrecognize/contracts';
import { timestampOf } from './timestamp.ts';

type Entry = AuthenticationPage['content'][number]['authentications'][number];
type Verdict = Pick<Entry, 'result' | 'errorCode'>;

/** How the server API names an outcome, and the catalogue number of its reason. */
const verdictOf: Readonly<Record<RecordedOutcome, Verdict>> = {
  match: { result: 'APPROVED', errorCode: 0 },
  'no-match': { result: 'DENIED', errorCode: CORE_ERRORS.FAILED_TO_AUTHENTICATE_USER.number },
  refused: { result: 'DENIED', errorCode: CORE_ERRORS.OPERATION_ALREADY_EXISTS.number },
  aborted: { result: 'ABORTED', errorCode: CORE_ERRORS.INTERNAL_ERROR.number },
  expired: { result: 'ABORTED', errorCode: CORE_ERRORS.SERVICE_TIMEOUT.number },
};

/** The server API's form of a page: authentications grouped by user, in the order they came. */
export const authenticationPage = (
  { total, authentications }: EndpointOutput<typeof listRecentAuthentications>,
  number: number,
  size: number,
): AuthenticationPage => {
  const groups = new Map<string, AuthenticationPage['content'][number]>();
  for (const { userId, externalUserId, outcome, createdAtMs, operationId, deviceId } of authentications) {
    const named = externalUserId === undefined ? {} : { externalUserId };
    const group = groups.get(userId) ?? { userId, ...named, authentications: [] };
    groups.set(userId, group);
    group.authentications.push({
      createdAt: timestampOf(createdAtMs),
      ...verdictOf[outcome],
      ...(operationId === undefined ? {} : { operationId }),
      deviceId,
      authType: 'biom',
    });
  }
  const totalPages = Math.ceil(total / size);
  return { page: { number, size, totalElements: total, totalPages }, content: [...groups.values()] };
};
