import { wipe } from '@openrecognize/bytes';
import { type EndpointInput, photoEnrollment } from '@openrecognize/contracts';
import { type EndpointContext, registerEndpoint, tenantOf } from '@openrecognize/service-kit';
import { captureCode } from '../commands/capture-code.ts';
import { claimUsername } from '../commands/claim-username.ts';
import { enrollWebUser } from '../commands/enroll-web-user.ts';
import { openImage } from '../commands/open-image.ts';
import { userAuthorizationOf } from '../user-authorization/index.ts';
import type { RouteDependencies } from './route-dependencies.ts';

type PhotoInput = EndpointInput<typeof photoEnrollment>;

const captureFromBody = async ({ imageKeys, analyzer }: RouteDependencies, { headers, body }: PhotoInput) => {
  const image = await openImage(imageKeys, {
    keyId: headers['kl-key-id'],
    wrappedKey: headers['kl-image-key'],
    algorithm: headers['kl-image-algorithm'],
    body,
  });
  return captureCode(analyzer, image, { scenario: headers['kl-scenario'] });
};

const enrollPhoto = async (
  dependencies: RouteDependencies,
  input: PhotoInput,
  { requestId, request, log }: EndpointContext,
): Promise<{ keylessId: string }> => {
  const { backend, now, analyzer, userAuthorization } = dependencies;
  const context = { requestId };
  const { tenantId, customer, settings } = tenantOf(request);
  const { username } = input.params;
  const token = input.headers['kl-authorization-token'];
  // Before any work on the photo: whoever holds the API key alone can't make this service look at faces.
  await userAuthorization.authorize({ tenantId, username, token, settings: userAuthorizationOf(settings) });
  await claimUsername(backend, { tenantId, username }, now(), context);
  const code = await captureFromBody(dependencies, input);
  try {
    const options = {
      ...dependencies,
      threshold: analyzer.manifest.code.threshold,
      onLeftBehind: (err: unknown) =>
        log.error({ err }, 'an enrollment broke off and is left behind; the next one of the user removes it'),
    };
    const prepareBackup = input.headers['kl-prepare-backup'] === 'true';
    const user = { tenantId, customer, username, prepareBackup };
    const { keylessId, seed } = await enrollWebUser(options, user, code, context);
    wipe(seed);
    return { keylessId };
  } finally {
    wipe(code.bits);
  }
};

export const registerEnrollPhoto = (dependencies: RouteDependencies): void =>
  registerEndpoint(dependencies.app, dependencies.guards, photoEnrollment, (input, context) =>
    dependencies.limit.run(() => enrollPhoto(dependencies, input, context)),
  );
