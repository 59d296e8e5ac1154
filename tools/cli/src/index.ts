export { type ExitCode, exitCodes } from './cli-failure.ts';
export { type CliHost, runCli } from './run-cli.ts';
