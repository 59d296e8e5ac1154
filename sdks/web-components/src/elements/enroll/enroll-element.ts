import { RecognitionElement } from '../recognition/recognition-element.ts';

/** `<kl-enroll>`: enrolls a person's face in place. */
export class KeylessEnrollElement extends RecognitionElement {
  override get flow() {
    return 'enroll' as const;
  }
}
