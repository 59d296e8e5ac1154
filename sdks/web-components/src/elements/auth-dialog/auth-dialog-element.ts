import { RecognitionDialogElement } from '../recognition/dialog-element.ts';

/** `<kl-auth-dialog>`: authenticates an enrolled person in a modal dialog. */
export class KeylessAuthDialogElement extends RecognitionDialogElement {
  override get flow() {
    return 'auth' as const;
  }
}
