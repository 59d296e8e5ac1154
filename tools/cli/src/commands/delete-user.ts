import { KeylessSdkError } from '@keyless/sdk-mobile';
import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import { deleteUserByIntegrator, isRecognizeError, RecognizeError } from '@openrecognize/contracts';
import { type CliContext, printResult, withDevice, withOperations } from '../cli-context.ts';
import { readUsers } from './list-users.ts';

/** The user behind a name: as the local store says, else by the external user id the server has. */
const findUserId = async (http: HttpClient, name: string, local: string | undefined) => {
  if (local !== undefined) return local;
  for await (const user of readUsers(http)) if (user.externalUserId === name) return user.userId;
  return undefined;
};

const deleteOnServer = async (http: HttpClient, userId: string): Promise<boolean> => {
  try {
    await callEndpoint(http, deleteUserByIntegrator, { params: { userId } });
    return true;
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'USER_NOT_FOUND') return false;
    throw error;
  }
};

/** Deletes NAME on the server and forgets it here. Repeatable: whatever is gone already stays gone. */
export const deleteUser = async (context: CliContext, name: string): Promise<void> => {
  const operations = context.settings.operations();
  context.progress.step(`deleting ${name}`);
  await withDevice(context, { name, photos: [] }, async (keyless) => {
    const local = await keyless.getUserId().catch((error: unknown) => {
      if (error instanceof KeylessSdkError && error.code === 20000) return undefined;
      throw error;
    });
    const { userId, isDeleted } = await withOperations(operations, async (http) => {
      const found = await findUserId(http, name, local);
      return { userId: found, isDeleted: found !== undefined && (await deleteOnServer(http, found)) };
    });
    if (userId === undefined)
      throw new RecognizeError('USER_NOT_FOUND', { message: `Nobody is enrolled as ${name}.` });
    await keyless.reset();
    printResult(context, {
      command: 'delete',
      name,
      userId,
      server: isDeleted ? 'deleted' : 'had no such user',
      local: local === undefined ? 'had no such user' : 'deleted',
    });
  });
};
