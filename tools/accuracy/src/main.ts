import { isRecognizeError } from '@openrecognize/contracts';
import { readAccuracyOptions } from './accuracy-options.ts';
import { UsageError } from './faces-folder.ts';
import { runAccuracy } from './run-accuracy.ts';

try {
  const agrees = await runAccuracy(readAccuracyOptions(process.argv.slice(2), process.cwd()));
  if (!agrees) {
    console.error('accuracy: the protocol and the plaintext disagree');
    process.exitCode = 1;
  }
} catch (error) {
  process.exitCode = 2;
  if (error instanceof UsageError) console.error(`accuracy: ${error.message}`);
  else if (isRecognizeError(error)) {
    console.error(`accuracy: ${error.code} ${error.message} ${JSON.stringify(error.details)}`);
  } else throw error;
}
