import { SHARED_ERRORS, WEB_ERRORS } from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { RECOGNIZE_ERROR_CODES, recognizeErrorFor } from './recognize-error.ts';

const nameOf = (number: number) =>
  Object.entries(SHARED_ERRORS).find(([, entry]) => entry.number === number)?.[0];

describe('recognizeErrorFor', () => {
  it('gives every web code the number and the name that the catalogue gives it', () => {
    for (const [code, { shared }] of Object.entries(WEB_ERRORS)) {
      const { error } = recognizeErrorFor(code);
      expect({ code: error.code, message: error.message }, code).toEqual({
        code: shared,
        message: nameOf(shared),
      });
      expect(error.cause?.message).toBe(code);
    }
  });

  it('calls a code nobody knows an SDK_ERROR, and a person who closed a cancellation', () => {
    expect(recognizeErrorFor('toString').error).toMatchObject({ code: 1000, message: 'SDK_ERROR' });
    expect(recognizeErrorFor('SDK_USER_CANCELLED').error).toEqual({
      code: 1005,
      message: 'SDK_USER_CANCELLED',
    });
  });

  it('has only numbers and names of the shared model', () => {
    for (const [name, number] of Object.entries(RECOGNIZE_ERROR_CODES)) expect(nameOf(number)).toBe(name);
  });
});
