import { useTokenOnce as endpoint } from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { useTokenOnce } from '../commands/use-token-once.ts';
import type { MountRoute } from './mount-route.ts';

export const useTokenOnceRoute: MountRoute = (app, guards, context) =>
  registerEndpoint(app, guards, endpoint, ({ body }) => useTokenOnce(context, body));
