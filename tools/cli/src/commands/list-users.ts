import { callEndpoint, type HttpClient } from '@openrecognize/clients';
import { type EndpointOutput, listUsersByIntegrator } from '@openrecognize/contracts';
import { type CliContext, withOperations } from '../cli-context.ts';

export type ListedUser = EndpointOutput<typeof listUsersByIntegrator>['users'][number];

/** All users of the tenant, page by page. */
export async function* readUsers(http: HttpClient): AsyncGenerator<ListedUser> {
  let after: string | undefined;
  do {
    const query = { limit: 200, ...(after === undefined ? {} : { after }) };
    const page = await callEndpoint(http, listUsersByIntegrator, { query });
    yield* page.users;
    after = page.next;
  } while (after !== undefined);
}

const rowOf = (user: ListedUser): string =>
  `${(user.externalUserId ?? '-').padEnd(24)}  ${user.userId}  ${String(user.deviceCount).padStart(7)}  ${user.createdAt}\n`;

/** Lists the users the server knows; names are the external user ids. */
export const listUsers = async (context: CliContext): Promise<void> => {
  const { settings, progress, stdout } = context;
  progress.step('reading the users');
  const users: ListedUser[] = [];
  await withOperations(settings.operations(), async (http) => {
    for await (const user of readUsers(http)) users.push(user);
  });
  progress.done();
  if (settings.isJson) {
    stdout.write(`${JSON.stringify({ command: 'users', users })}\n`);
    return;
  }
  if (users.length > 0)
    stdout.write(`${'name'.padEnd(24)}  ${'user id'.padEnd(64)}  devices  created (UTC)\n`);
  for (const user of users) stdout.write(rowOf(user));
  progress.note(`recognize: ${users.length} ${users.length === 1 ? 'user' : 'users'}`);
};
