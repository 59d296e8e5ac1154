import type { DeEnrollConfig } from '../operation-configs.ts';
import type { Session } from '../session.ts';
import { matchFace, matchPin } from './capture-probe.ts';
import { checkPin } from './pin-code.ts';
import { requireHeldRecord } from './settled-record.ts';

/** Deletes the user, with all devices, after a live match; then the local record. */
export const deEnroll = async (session: Session, config: DeEnrollConfig): Promise<void> => {
  const held = await requireHeldRecord(session);
  const intent = { purpose: 'de-enroll' as const };
  try {
    const match = await (config.kind === 'pin-de-enroll'
      ? matchPin(session, held, intent, checkPin(config.pin), false)
      : matchFace(session, held, intent, { settings: config.capture }, false));
    await match.refillDone;
    await held.clear();
  } finally {
    held.wipe();
  }
};
