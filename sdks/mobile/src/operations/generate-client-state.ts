import { wipe } from '@openrecognize/bytes';
import { enrollDevice } from '@openrecognize/clients/device';
import { protocolDefaults } from '@openrecognize/contracts';
import { wipeClientState } from '@openrecognize/zkb/client';
import { encodeClientStateDocument } from '../client-state-document.ts';
import type { ClientStateType } from '../operation-options.ts';
import { sdkVersion } from '../sdk-version.ts';
import type { Session } from '../session.ts';
import { type Voucher, vouchingTransport } from './change-devices.ts';

/** A temporary state is used once, right away. */
const circuitCounts: Readonly<Record<ClientStateType, number>> = {
  BACKUP: protocolDefaults.circuitCount,
  TEMPORARY: protocolDefaults.enrollmentCircuitCount,
};

/**
 * Makes a client state (spec 08 §5): a device of the user with key, ratchet and circuits of its own, which nobody
 * holds but whoever is given the text.
 *
 * @param code enrolled code of the face; not modified, the caller wipes it.
 * @throws RecognizeError MAX_NUMBER_OF_DEVICES_REACHED, MAX_NUMBER_OF_CLIENT_STATES_REACHED and others
 */
export const generateClientState = async (
  session: Session,
  voucher: Voucher,
  type: ClientStateType,
  code: Uint8Array,
): Promise<string> => {
  const { ports, platform } = session;
  const { artifact, threshold, userId } = voucher.party.state;
  const key = ports.crypto.generateDeviceKey();
  const privateKey = key.exportPrivateKey();
  const options = {
    ...session,
    transport: vouchingTransport(session, voucher),
    userId,
    signer: key,
    code,
    artifact,
    threshold,
    deviceType: type === 'BACKUP' ? ('BACKUP' as const) : ('TEMPORARY_STATE' as const),
    deviceOrigin: platform === 'ios' ? ('IOS' as const) : ('ANDROID' as const),
    circuitCount: circuitCounts[type],
    enrollmentCircuitCount: circuitCounts[type],
    osVersion: ports.osVersion,
    sdkVersion,
  };
  try {
    const { ready } = await enrollDevice(options);
    try {
      return encodeClientStateDocument({ state: ready.state, privateKey });
    } finally {
      wipeClientState(ready.state);
    }
  } finally {
    wipe(privateKey);
  }
};
