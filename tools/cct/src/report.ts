import type { InstallationReport, StepReport } from './check-installation.ts';

/** One line: what was done, how long it took, what was seen. */
export const formatStep = ({ name, ok, durationMs, detail }: StepReport): string =>
  `${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${durationMs.toFixed(0).padStart(6)} ms  ${detail}`;

/** The last line. */
export const formatReport = ({ steps, ok }: InstallationReport): string => {
  if (ok) return 'All tests passed';
  const failed = steps.filter((step) => !step.ok);
  return `Failed: ${failed.map(({ name, detail }) => `${name}: ${detail}`).join('; ')}`;
};
