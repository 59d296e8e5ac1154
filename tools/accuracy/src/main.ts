import { isRecognizeError } from '@openrecognize/contracts';
import { readAccuracyOptions, USAGE } from './accuracy-options.ts';
import { UsageError } from './faces-folder.ts';
import { runAccuracy } from './run-accuracy.ts';

if (process.argv.slice(2).includes('--help')) {
  console.log(USAGE);
  process.exit(0);
}
try {
  const options = readAccuracyOptions(process.argv.slice(2), process.cwd());
  const { differingVerdicts, codeEqualError } = await runAccuracy(options);
  if (differingVerdicts > 0) {
    console.error('accuracy: the protocol and the plaintext disagree');
    process.exitCode = 1;
  }
  if (codeEqualError > options.maxEqualError) {
    console.error(
      `accuracy: an equal error rate of ${(100 * codeEqualError).toFixed(2)} % is over --max-eer`,
    );
    process.exitCode = 1;
  }
} catch (error) {
  process.exitCode = 2;
  if (error instanceof UsageError) console.error(`accuracy: ${error.message}`);
  else if (isRecognizeError(error)) {
    console.error(`accuracy: ${error.code} ${error.message} ${JSON.stringify(error.details)}`);
  } else throw error;
}
