import { isRecognizeError, OperatorName, OperatorPassword, RecognizeError } from '@openrecognize/contracts';
import { Compile } from 'typebox/compile';
import type { AdministrationBackend } from '../ports/administration-backend.ts';

const nameShape = Compile(OperatorName);
const passwordShape = Compile(OperatorPassword);

/**
 * Creates the first operator, an admin of the whole installation, from `name:password`; does nothing when there is
 * one already.
 *
 * @returns whether it was created
 * @throws RecognizeError CONFIG_INVALID, without the value; whatever the backend throws
 */
export const bootstrapOperator = async (
  backend: Pick<AdministrationBackend, 'addOperator'>,
  nameAndPassword: string,
  requestId: string,
): Promise<boolean> => {
  const colon = nameAndPassword.indexOf(':');
  const name = nameAndPassword.slice(0, Math.max(colon, 0));
  const password = nameAndPassword.slice(colon + 1);
  if (!nameShape.Check(name) || !passwordShape.Check(password)) {
    throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['OPERATOR_BOOTSTRAP'] } });
  }
  const act = { actor: { kind: 'system' as const, id: 'bootstrap' }, requestId };
  try {
    await backend.addOperator(
      { body: { act, name, password, role: 'admin', onlyIfNone: true } },
      { requestId },
    );
    return true;
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'CONFLICT') return false;
    throw error;
  }
};
