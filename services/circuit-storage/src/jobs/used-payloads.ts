import type { PayloadRef } from '../circuit-ref.ts';
import type { CircuitStorageDependencies, EventLog } from '../dependencies.ts';
import { deletePayloads } from './delete-payloads.ts';

/** Deletes payloads behind the answers that used them up. */
export interface UsedPayloads {
  add(payload: PayloadRef): void;
  /** Deletes what is waiting; nothing may be added after it. */
  close(): Promise<void>;
}

/** Long enough for payloads used at about the same time to be noted as deleted in one statement. */
const COLLECTING_MS = 200;

/** What a crash, a full object store or a database that is away leaves behind is the sweep's. */
export const collectUsedPayloads = (
  stores: Pick<CircuitStorageDependencies, 'circuits' | 'objects'>,
  log: EventLog,
): UsedPayloads => {
  let waiting: PayloadRef[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const deleteWaiting = async (): Promise<void> => {
    const payloads = waiting;
    waiting = [];
    timer = undefined;
    if (payloads.length === 0) return;
    try {
      await deletePayloads(stores, payloads, log);
    } catch (error) {
      log.warn({ err: error, payloads: payloads.length }, 'used payloads are left to the sweep');
    }
  };

  return {
    add(payload) {
      waiting.push(payload);
      timer ??= setTimeout(() => {
        running = running.then(deleteWaiting);
      }, COLLECTING_MS);
    },
    async close() {
      clearTimeout(timer);
      await running;
      await deleteWaiting();
    },
  };
};
