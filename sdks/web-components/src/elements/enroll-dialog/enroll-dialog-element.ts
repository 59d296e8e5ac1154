import { RecognitionDialogElement } from '../recognition/dialog-element.ts';

/** `<kl-enroll-dialog>`: enrolls a person's face in a modal dialog. */
export class KeylessEnrollDialogElement extends RecognitionDialogElement {
  override get flow() {
    return 'enroll' as const;
  }
}
