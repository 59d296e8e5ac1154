import type { SupervisorListener } from './supervisor-event.ts';

/** Prints one line for each thing that happens, for a person who waits. */
export const printProgress = (print: (line: string) => void): SupervisorListener => {
  const secondsOf = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} s`;
  return (event) => {
    switch (event.kind) {
      case 'starting':
        return;
      case 'ready':
        print(`  ${event.name.padEnd(24)} ready after ${secondsOf(event.durationMs)}`);
        return;
      case 'crashed': {
        const how = event.signal ?? `exit code ${event.code ?? 'unknown'}`;
        print(`  ${event.name.padEnd(24)} ended (${how}); starting again in ${secondsOf(event.restartInMs)}`);
        return;
      }
      case 'stopped':
        print(`  ${event.name.padEnd(24)} stopped${event.forced ? ' by force' : ''}`);
    }
  };
};
