import {
  CORE_ERRORS,
  isCoreErrorCode,
  NATIVE_ERRORS,
  type NativePlatform,
  nativeError,
} from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { KeylessSdkError } from '../src/keyless-sdk-error.ts';
import {
  type CodeScenario,
  codeScenarios,
  createCodeStage,
  unreachedCodes,
} from './native-code-scenarios.ts';

const platforms: readonly NativePlatform[] = ['ios', 'android'];
const numbers = Object.keys(NATIVE_ERRORS).map(Number);

const scenarioOf = (number: number, platform: NativePlatform): CodeScenario | undefined => {
  const scenario = codeScenarios[number];
  return typeof scenario === 'function' ? scenario : scenario?.[platform];
};

/** A collective number says less than the wire code behind it. */
const sharedOf = (number: number, platform: NativePlatform, failure: unknown): number => {
  const { coreCode } = failure as KeylessSdkError;
  const isCollective = [10000, 10100, 10200].includes(number);
  return isCollective && isCoreErrorCode(coreCode)
    ? CORE_ERRORS[coreCode].shared
    : nativeError(number, platform)!.shared;
};

describe.each(platforms)('native codes on %s', (platform) => {
  const known = numbers.filter((number) => nativeError(number, platform));

  it('are each reached below, or listed with the reason why nothing leads there', () => {
    for (const number of known) {
      const isReached = scenarioOf(number, platform) !== undefined;
      const isListed = unreachedCodes[number]?.[platform] !== undefined;
      expect([number, isReached !== isListed]).toEqual([number, true]);
    }
  });

  const reached = known.filter((number) => scenarioOf(number, platform));
  it.each(reached)(
    '%d is what an app gets, with its case name, next step and shared number',
    async (number) => {
      const failure = await scenarioOf(number, platform)!(createCodeStage(platform)).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(KeylessSdkError);
      const { name } = nativeError(number, platform)!;
      expect(failure).toMatchObject({ code: number, platform, caseName: name });
      expect((failure as KeylessSdkError).sharedCode).toBe(sharedOf(number, platform, failure));
      expect((failure as KeylessSdkError).nextStep).not.toBe('');
    },
  );
});

it('names exhausted circuits in the shared model, where the native surface has no number for them', async () => {
  const failure = await scenarioOf(10200, 'ios')!(createCodeStage('ios')).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 10200, coreCode: 'NOT_ENOUGH_CIRCUITS', sharedCode: 3005 });
});
