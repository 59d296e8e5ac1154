export {
  type CheckOptions,
  checkInstallation,
  type InstallationReport,
  type StepReport,
} from './check-installation.ts';
export { formatReport, formatStep } from './report.ts';
export type { CheckSettings } from './settings.ts';
