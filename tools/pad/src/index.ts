export { type PadOptions, readPadOptions } from './pad-options.ts';
export type { PadReport } from './pad-report.ts';
export { UsageError } from './recordings.ts';
export { type PadOutput, runPad } from './run-pad.ts';
