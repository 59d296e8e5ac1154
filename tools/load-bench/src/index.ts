export { formatHtmlReport } from './html-report.ts';
export { formatReport, isSound, type LoadReport, type Measure } from './report.ts';
export { runBench } from './run-bench.ts';
export type { LoadMode, LoadSettings } from './settings.ts';
