import { RecognitionElement } from '../recognition/recognition-element.ts';

/** `<kl-auth>`: authenticates an enrolled person in place. */
export class KeylessAuthElement extends RecognitionElement {
  override get flow() {
    return 'auth' as const;
  }
}
