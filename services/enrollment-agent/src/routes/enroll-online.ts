import { onlineEnrollment, RecognizeError } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { enrollOnline } from '../commands/enroll-online.ts';
import { photoOf } from './photo-request.ts';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerEnrollOnline = (dependencies: RouteDependencies): void => {
  const { app, coreDaemon, limit } = dependencies;
  if (coreDaemon === undefined) {
    // Refused before the body is read: a photo that can't be enrolled should not arrive at all.
    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.url === onlineEnrollment.path) {
        throw new RecognizeError('ONLINE_MODE_NOT_CONFIGURED');
      }
    });
  }
  registerEndpoint(app, {}, onlineEnrollment, (input, { requestId }) => {
    if (coreDaemon === undefined) throw new RecognizeError('ONLINE_MODE_NOT_CONFIGURED');
    return limit.run(async () => {
      const { image, options } = photoOf(input);
      return enrollOnline({ ...dependencies, transport: coreDaemon(requestId) }, image, options);
    });
  });
};
