import type { CatalogueEntry } from '../catalogue-entry.ts';
import type { CoreErrorCode } from './core-errors.ts';

export interface AgentErrorEntry extends CatalogueEntry {
  /** Wire codes our agent answers with this status for this cause; empty for legacy rows. */
  readonly core: readonly CoreErrorCode[];
}

/** Answers of the enrollment agent other than success. Its contract is the HTTP status; the numbers 9400 to 9599 are ours. */
export const AGENT_ERRORS = {
  INVALID_IMAGE_FORMAT: {
    number: 9400,
    httpStatus: 400,
    retryable: false,
    audience: 'integrator',
    shared: 5000,
    core: ['IMAGE_EMPTY', 'IMAGE_FORMAT_INVALID', 'IMAGE_DECRYPT_FAILED', 'BAD_REQUEST', 'INVALID_INPUT'],
    raisedBy: 'enrollment-agent',
    meaning: 'The body is no readable image, or a header is wrong.',
    nextStep: 'Send a valid JPEG image and the documented headers.',
  },
  ONLINE_MODE_NOT_CONFIGURED: {
    number: 9409,
    httpStatus: 409,
    retryable: false,
    audience: 'operator',
    shared: 5000,
    core: ['ONLINE_MODE_NOT_CONFIGURED'],
    raisedBy: 'enrollment-agent',
    meaning: 'The agent has no credentials for online enrollment.',
    nextStep: 'Set `AUTH_SERVER_API_KEY`, or use offline enrollment.',
  },
  KL_BIOM_ERROR_FILTER_TRIGGERED: {
    number: 9422,
    since: '3.4',
    httpStatus: 422,
    retryable: false,
    audience: 'end-user',
    shared: 5002,
    core: ['FILTER_TRIGGERED'],
    raisedBy: 'enrollment-agent',
    meaning: 'The pipeline refused the image: low quality, no face, or another filter.',
    nextStep: 'Read `detail` for the reason and `stats` for the figures, then send a better image.',
  },
  TOO_MANY_CONCURRENT_REQUESTS: {
    number: 9429,
    httpStatus: 429,
    retryable: true,
    audience: 'integrator',
    shared: 5000,
    core: ['BIOMETRIC_POOL_BUSY', 'TOO_MANY_REQUESTS'],
    raisedBy: 'enrollment-agent',
    meaning: 'The agent works on as many images as it can.',
    nextStep: 'Repeat later, or run more agents.',
  },
  INTERNAL_SERVER_ERROR: {
    number: 9500,
    httpStatus: 500,
    retryable: false,
    audience: 'operator',
    shared: 5000,
    core: ['INTERNAL_ERROR', 'MODEL_MISSING', 'MODEL_HASH_MISMATCH', 'CONFIG_INVALID'],
    raisedBy: 'enrollment-agent',
    meaning: 'The agent failed.',
    nextStep: 'Read the body of the answer and the log of the agent.',
  },
  KL_BIOM_ERROR_BAD_INPUT: {
    number: 9501,
    marker: 'legacy',
    until: '3.4',
    httpStatus: 500,
    retryable: false,
    audience: 'end-user',
    shared: 5002,
    core: [],
    raisedBy: 'enrollment-agent',
    meaning: 'The pipeline refused the image; newer releases answer 422.',
    nextStep: 'Send a better image.',
  },
} as const satisfies Readonly<Record<string, AgentErrorEntry>>;
