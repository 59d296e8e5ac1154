import { offlineEnrollment } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { enrollOffline } from '../commands/enroll-offline.ts';
import { photoOf } from './photo-request.ts';
import type { RouteDependencies } from './route-dependencies.ts';

export const registerEnrollOffline = (dependencies: RouteDependencies): void =>
  registerEndpoint(dependencies.app, {}, offlineEnrollment, (input) =>
    dependencies.limit.run(async () => {
      const { image, options } = photoOf(input);
      return enrollOffline(dependencies, image, options);
    }),
  );
