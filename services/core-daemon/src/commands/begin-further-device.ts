import type {
  BeginFurtherDeviceRequest,
  EndpointOutput,
  beginFurtherDevice as endpoint,
} from '@openrecognize/contracts';
import { addDeviceSigningInput } from '@openrecognize/zkb/messages';
import type { CallContext } from '../ports/service-port.ts';
import { openSignedEnrollment } from './begin-enrollment.ts';
import { checkDeviceChange } from './check-device-change.ts';
import type { CoreDaemonDeps } from './core-daemon-deps.ts';
import { bytesOf, freshnessOf } from './signed-request.ts';

const SPKI_BYTES = 91;

/**
 * Opens the enrollment of a further device for a user who just matched on another one (spec 08 §6). Nothing counts
 * before the commit, as in any enrollment.
 *
 * @throws RecognizeError as `checkDeviceChange` and `beginEnrollment`; MAX_NUMBER_OF_CLIENT_STATES_REACHED
 */
export const beginFurtherDevice = async (
  deps: CoreDaemonDeps,
  tenantId: number,
  { member, ...request }: Omit<BeginFurtherDeviceRequest, 'iamToken'>,
  call: CallContext,
): Promise<EndpointOutput<typeof endpoint>> => {
  const change = {
    inputOf: addDeviceSigningInput,
    otherPublicSigningKey: bytesOf(request.publicSigningKey, 'body.publicSigningKey', SPKI_BYTES),
    freshness: freshnessOf(request, deps.clock.now()),
  };
  await checkDeviceChange(deps, tenantId, member, change, call);
  return openSignedEnrollment(deps, tenantId, request, member.userId, call);
};
