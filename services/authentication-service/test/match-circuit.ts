import {
  acceptReservation,
  answerReservation,
  type ClientState,
  readyClient,
} from '@openrecognize/zkb/client';
import { type BatchedCircuit, matchTokenOf } from '@openrecognize/zkb/messages';
import { tools } from './use-service.ts';

/** Whether a probe opens a stored circuit, as evaluator and vault would find it. */
export const matches = (state: ClientState, probe: Uint8Array, circuit: BatchedCircuit): boolean => {
  const reserved = acceptReservation(readyClient(state), {
    authenticationId: '00000000-0000-4000-8000-000000000000',
    circuitIndex: circuit.circuitIndex,
    serverNonce: new Uint8Array(32),
  });
  const { labels } = answerReservation(tools.suite, reserved, probe, { purpose: 'authenticate' });
  const { match, outputLabel } = tools.engine.evaluateHamming({ payload: circuit.payload, labels });
  return match && Buffer.from(matchTokenOf(tools.suite, outputLabel)).equals(circuit.tokenHash!);
};
