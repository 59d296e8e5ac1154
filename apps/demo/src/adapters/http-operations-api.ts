import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import { deleteUserByIntegrator, isRecognizeError, verifyJwt } from '@openrecognize/contracts';
import type { OperationsApi } from '../ports/operations-api.ts';

const falseOn = async (code: string, call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    if (isRecognizeError(error) && error.code === code) return false;
    throw error;
  }
};

/** @param client of the operations-service, with the secret key in its headers. */
export const createHttpOperationsApi = (client: HttpClient): OperationsApi => ({
  verifyJwt: (message) => falseOn('JWT_INVALID', callEndpoint(client, verifyJwt, { body: { message } })),
  deleteUser: (userId) =>
    falseOn('USER_NOT_FOUND', callEndpoint(client, deleteUserByIntegrator, { params: { userId } })),
});
