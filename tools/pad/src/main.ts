import { isRecognizeError } from '@openrecognize/contracts';
import { readPadOptions, USAGE } from './pad-options.ts';
import { UsageError } from './recordings.ts';
import { runPad, runProfile } from './run-pad.ts';

if (process.argv.slice(2).includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
try {
  // npm runs scripts in the package's folder and tells where it was called.
  const options = readPadOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  await (options.profile ? runProfile : runPad)(options, {
    print: (text) => console.log(text),
    progress: (text) => console.error(text),
  });
} catch (error) {
  process.exitCode = 2;
  if (error instanceof UsageError) console.error(`pad: ${error.message}`);
  else if (isRecognizeError(error)) {
    console.error(`pad: ${error.code} ${error.message} ${JSON.stringify(error.details)}`);
  } else throw error;
}
