import { createPoolFaceAnalyzer } from '@keyless/sdk-mobile/node';
import type { NativePlatform } from '@openrecognize/contracts';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CliContext, StartedAnalyzer } from './cli-context.ts';
import { describeFailure, type ExitCode, exitCodes, failureOf } from './cli-failure.ts';
import { createCliSettings, type GlobalOptions } from './cli-settings.ts';
import { type AuthenticateOptions, authenticate } from './commands/authenticate.ts';
import { deleteUser } from './commands/delete-user.ts';
import { enroll } from './commands/enroll.ts';
import { listUsers } from './commands/list-users.ts';
import { isPersonName, personNameRule } from './person-name.ts';
import { createProgress, type TextSink } from './progress.ts';

/** What the process around the command line provides. */
export interface CliHost {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the face pipeline on worker threads. */
  readonly createAnalyzer?: (photoCount: number) => Promise<StartedAnalyzer>;
  /** Repository whose `.data` folder holds the defaults. */
  readonly root?: string;
}

const exitCodeHelp = `
Exit codes: 0 done, 1 failure, 2 wrong usage, 3 the face does not match, 4 locked out, 5 picture refused,
6 service unreachable. RECOGNIZE_PASSPHRASE, if set, encrypts the stores instead of a key file.

Examples:
  npm run recognize -- enroll ada ada-1.jpg ada-2.jpg
  npm run recognize -- authenticate ada ada-3.jpg --transaction '{"amount":"12.00"}'`;

const parseName = (name: string): string => {
  if (!isPersonName(name)) throw new InvalidArgumentError(`A name has ${personNameRule}.`);
  return name;
};

const nameArgument = (): Argument => new Argument('<name>', 'name of the person').argParser(parseName);

type Action = (context: CliContext) => Promise<void>;

const defineProgram = (act: (action: Action) => Promise<void>): Command => {
  const program = new Command('recognize')
    .description('Enrolls and authenticates people by photos, over the real protocol.')
    .addOption(new Option('--host <url>', 'core-daemon (default: the stack of npm start)'))
    .addOption(new Option('--operations <url>', 'operations-service (default: the stack of npm start)'))
    .addOption(new Option('--api-key <key>', 'mobile API key'))
    .addOption(new Option('--secret-key <key>', 'secret API key'))
    .addOption(new Option('--home <folder>', 'folder of the local stores (default: .data/cli)'))
    .addOption(new Option('--json', 'results and errors as one line of JSON on standard output'))
    .addOption(
      new Option('--platform <name>', 'whose error numbers').choices(['ios', 'android']).default('android'),
    )
    .addHelpText('after', exitCodeHelp)
    .exitOverride();
  program
    .command('enroll')
    .description('enroll NAME from one or more photos of the same person')
    .addArgument(nameArgument())
    .argument('<photos...>', 'JPEG, PNG or BMP files')
    .action((name: string, photos: string[]) => act((context) => enroll(context, name, photos)));
  program
    .command('authenticate')
    .description('match a photo against the enrolled face of NAME')
    .addArgument(nameArgument())
    .argument('<photo>', 'JPEG, PNG or BMP file')
    .option('--transaction <json>', 'data for the server to sign')
    .option('--audience <text>', 'audience of the JWT')
    .action((name: string, photo: string, options: AuthenticateOptions) =>
      act((context) => authenticate(context, name, photo, options)),
    );
  program
    .command('users')
    .description('list the users the server knows')
    .action(() => act(listUsers));
  program
    .command('delete')
    .description('delete NAME on the server and here')
    .addArgument(nameArgument())
    .action((name: string) => act((context) => deleteUser(context, name)));
  return program;
};

const startPipeline =
  ({ environment }: CliHost) =>
  (photoCount: number): Promise<StartedAnalyzer> => {
    // The same variable moves the folder the models are fetched into.
    const modelsDir = environment['OPENRECOGNIZE_MODELS_DIR'];
    return createPoolFaceAnalyzer({ workers: Math.min(photoCount, 2), ...(modelsDir ? { modelsDir } : {}) });
  };

/**
 * Runs one command line.
 *
 * @param argv arguments without program and script.
 * @returns the exit code; never rejects.
 */
export const runCli = async (argv: readonly string[], host: CliHost): Promise<ExitCode> => {
  const progress = createProgress(host.stderr);
  let exitCode: ExitCode = exitCodes.ok;

  const fail = (error: unknown, platform: NativePlatform, isJson: boolean): void => {
    const failure = failureOf(error, platform);
    exitCode = failure.exitCode;
    progress.done();
    if (isJson) host.stdout.write(`${JSON.stringify({ error: failure })}\n`);
    for (const line of describeFailure(failure)) progress.note(line);
  };

  const act = async (action: Action): Promise<void> => {
    const options = program.opts<GlobalOptions>();
    const settings = createCliSettings(options, host.environment, host.root);
    const createAnalyzer = host.createAnalyzer ?? startPipeline(host);
    try {
      await action({ settings, progress, stdout: host.stdout, createAnalyzer });
    } catch (error) {
      fail(error, settings.platform, settings.isJson);
    }
  };

  const program = defineProgram(act);
  const output = {
    writeOut: (text: string) => void host.stdout.write(text),
    writeErr: (text: string) => void host.stderr.write(text),
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(output);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) fail(error, 'android', false);
    // Commander has written its message already; asking for help is no mistake.
    else exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  return exitCode;
};
