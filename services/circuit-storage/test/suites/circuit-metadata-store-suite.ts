import { describe } from 'vitest';
import { describeEnds } from './metadata-ends-suite.ts';
import { describeReservations } from './metadata-reservations-suite.ts';
import type { OpenMetadataStore } from './metadata-store-context.ts';
import { describeUploads } from './metadata-uploads-suite.ts';

/** What every adapter of the metadata port must do. */
export const describeCircuitMetadataStore = (name: string, open: OpenMetadataStore): void => {
  describe(`circuit metadata store: ${name}`, () => {
    describe('uploads', () => describeUploads(open));
    describe('reservations and consumptions', () => describeReservations(open));
    describe('ends', () => describeEnds(open));
  });
};
