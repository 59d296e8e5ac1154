import { type AuthenticationSuccess, BiomAuthConfig, KeylessSdkError } from '@keyless/sdk-mobile';
import { callEndpoint } from '@openrecognize/clients';
import { isRecognizeError, RecognizeError, verifyJwt } from '@openrecognize/contracts';
import { type CliContext, printResult, withFaceDevice, withOperations } from '../cli-context.ts';
import { UsageError } from '../cli-failure.ts';
import { readPhoto } from '../photo-file.ts';

export interface AuthenticateOptions {
  /** JSON; becomes the claim `td` as it is written. */
  readonly transaction?: string;
  readonly audience?: string;
}

const checkTransaction = ({ transaction, audience }: AuthenticateOptions): void => {
  if (transaction === undefined) {
    if (audience !== undefined) throw new UsageError('--audience needs --transaction');
    return;
  }
  try {
    JSON.parse(transaction);
  } catch {
    throw new UsageError(`--transaction takes JSON, e.g. --transaction '{"amount":"12.00"}'`);
  }
};

/** Claims as the token carries them; whether they hold is what `/v2/verify-jwt` says. */
const readClaims = (jwt: string): unknown => {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    throw new RecognizeError('JWT_INVALID');
  }
};

type Verification = 'accepted' | 'refused' | 'not checked (no secret key or operations URL)';

const verify = async (context: CliContext, jwt: string): Promise<Verification> => {
  const operations = context.settings.operationsIfKnown();
  if (!operations) return 'not checked (no secret key or operations URL)';
  context.progress.step('asking the operations-service about the JWT');
  try {
    await withOperations(operations, (http) => callEndpoint(http, verifyJwt, { body: { message: jwt } }));
    return 'accepted';
  } catch (error) {
    if (isRecognizeError(error) && error.code === 'JWT_INVALID') return 'refused';
    throw error;
  }
};

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

const timingsOf = ({ timings }: AuthenticationSuccess, sendCircuitMs: number) => ({
  imageMs: tenths(timings.analysisMs),
  deviceAuthMs: tenths(timings.deviceAuthMs),
  userAuthMs: tenths(timings.userAuthMs),
  sendCircuitMs: tenths(sendCircuitMs),
  totalMs: tenths(timings.analysisMs + timings.deviceAuthMs + timings.userAuthMs + sendCircuitMs),
});

/** Authenticates NAME with a photo. */
export const authenticate = async (
  context: CliContext,
  name: string,
  path: string,
  options: AuthenticateOptions,
): Promise<void> => {
  checkTransaction(options);
  const { progress } = context;
  const { transaction, audience } = options;
  const jwtSigningInfo =
    transaction === undefined
      ? {}
      : {
          jwtSigningInfo: {
            claimTransactionData: transaction,
            ...(audience === undefined ? {} : { audience }),
          },
        };
  const photos = [await readPhoto(path)];
  await withFaceDevice(context, name, photos, async (keyless) => {
    progress.step(`authenticating ${name}`);
    const success = await keyless.authenticate(new BiomAuthConfig(jwtSigningInfo)).catch((error: unknown) => {
      // A verdict too, so it belongs to the results; as JSON the error says it.
      const isVerdict = error instanceof KeylessSdkError && error.code === 30004 && !context.settings.isJson;
      if (isVerdict) printResult(context, { command: 'authenticate', name, verdict: 'no match' });
      throw error;
    });
    const userId = await keyless.getUserId();
    progress.step('replacing the used circuit');
    const refill = await keyless.whenIdle();
    if (refill?.failure)
      progress.note(`recognize: the circuit was not replaced (${refill.failure}); later ones will be`);
    const jwt = success.signedJwt;
    const result = {
      command: 'authenticate',
      name,
      verdict: 'match',
      userId,
      circuits: refill?.stock,
      timings: timingsOf(success, refill?.sendCircuitMs ?? 0),
    };
    if (jwt === undefined) return printResult(context, result);
    const claims = readClaims(jwt);
    let verification: Verification | 'not checked (service unreachable)' =
      'not checked (service unreachable)';
    try {
      verification = await verify(context, jwt);
    } finally {
      printResult(context, { ...result, jwt, claims, verification });
    }
    if (verification === 'refused') throw new RecognizeError('JWT_INVALID');
  });
};
