import type { Attempt } from '../attempt.ts';
import type { KeylessEventCallback, KeylessEventMap, KeylessEventName } from '../core/keyless-events.ts';
import type { LegacyEventMap, LegacyEventName } from './legacy-event-map.ts';

type OldEventName = Exclude<LegacyEventName, KeylessEventName>;

const TODAY: Readonly<Record<OldEventName, KeylessEventName>> = {
  'begin-image-stream': 'begin-stream',
  'image-accepted': 'frame-results',
  'liveness-failed': 'error',
  'stop-sending': 'stop-stream',
  'authentication-finished': 'finished',
  'enrollment-finished': 'finished',
};

/** Listens to an event under its old or its new name. */
export function listenLegacy<Name extends LegacyEventName>(
  attempt: Attempt,
  name: Name,
  callback: (event: LegacyEventMap[Name]) => void,
): void {
  const today = Object.hasOwn(TODAY, name) ? TODAY[name as OldEventName] : (name as KeylessEventName);
  const filtered = (event: KeylessEventMap[KeylessEventName]): void => {
    if (isMeant(name, event)) {
      callback(event as LegacyEventMap[Name]);
    }
  };
  attempt.listen(today, filtered as KeylessEventCallback<KeylessEventName>);
}

function isMeant(name: LegacyEventName, event: KeylessEventMap[KeylessEventName]): boolean {
  if (name === 'image-accepted') {
    return 'accepted' in event && event.accepted;
  }
  if (name === 'liveness-failed') {
    return event instanceof Error && event.message === 'SERVER_RECOGNITION_FAILED';
  }
  return true;
}
