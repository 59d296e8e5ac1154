import { base64ToBytes } from '@openrecognize/bytes';
import { createNodeClientTools } from '@openrecognize/clients/device/node';
import { ClientStateDocument } from '@openrecognize/contracts';
import {
  acceptReservation,
  answerReservation,
  decodeClientState,
  readyClient,
} from '@openrecognize/zkb/client';
import { type BatchedCircuit, matchTokenOf } from '@openrecognize/zkb/messages';
import { importDeviceKey } from '@openrecognize/zkb/node';
import { Value } from 'typebox/value';

export const tools = createNodeClientTools();

/** Reads a client state as a device does that takes it over. */
export const readClientState = (text: string) => {
  const document: unknown = JSON.parse(text);
  if (!Value.Check(ClientStateDocument, document)) throw new Error('not the documented form');
  const { state, privateKey } = decodeClientState(base64ToBytes(document['core-client-state']));
  return { document, state, key: importDeviceKey(privateKey) };
};

/** What becomes of one authentication of that device: evaluates the circuit the backend holds. */
export const authenticateWith = (
  clientState: string,
  circuit: BatchedCircuit,
  probe: Uint8Array,
): boolean => {
  const { state } = readClientState(clientState);
  const reservation = {
    authenticationId: '00000000-0000-4000-8000-000000000000',
    circuitIndex: circuit.circuitIndex,
    serverNonce: new Uint8Array(32),
  };
  const reserved = acceptReservation(readyClient(state), reservation);
  const { labels } = answerReservation(tools.suite, reserved, probe, { purpose: 'authenticate' });
  const { outputLabel, match } = tools.engine.evaluateHamming({ payload: circuit.payload, labels });
  const token = matchTokenOf(tools.suite, outputLabel);
  return match && Buffer.from(token).equals(circuit.tokenHash!);
};
