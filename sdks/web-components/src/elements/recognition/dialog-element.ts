import { html, type nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ElementEventName } from '../../flow/flow-event.ts';
import { dialogStyles } from './dialog.styles.ts';
import { RecognitionElement } from './recognition-element.ts';
import { litColour } from './render-frame.ts';

/**
 * An element in a modal dialog. It opens on mount; closing it, by its button, Escape or `close()`, ends the flow and
 * gives the focus back to where it was. `show()` opens it anew.
 */
export abstract class RecognitionDialogElement extends RecognitionElement {
  static override styles = [...RecognitionElement.styles, dialogStyles];

  /** Opens the dialog with a new flow. */
  show(): void {
    this.start();
    if (this.flowState.isClosed) this.retry();
    this.requestUpdate();
  }

  override dispatchFlowEvent(name: ElementEventName, detail: unknown): void {
    if (name === 'close') this.#dialog()?.close();
    super.dispatchFlowEvent(name, detail);
  }

  protected override get isDialog(): boolean {
    return true;
  }

  protected override render(): TemplateResult | typeof nothing {
    const frame = super.render();
    const lit = litColour(this.flowState) === undefined ? '' : 'lit';
    return html`<dialog
      class="dialog ${lit}" part="dialog" aria-label=${this.dialogLabel()} @cancel=${this.#cancelled}
    >${frame}</dialog>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const dialog = this.#dialog();
    const isWanted = this.shadowRoot?.querySelector('.root') != null && this.isConnected;
    if (dialog && isWanted && !dialog.open) {
      dialog.showModal();
      this.focusHeadline();
    }
    if (dialog?.open && !isWanted) dialog.close();
  }

  /** Escape: the flow ends first, which closes the dialog. */
  readonly #cancelled = (event: Event): void => {
    event.preventDefault();
    this.close();
  };

  #dialog(): HTMLDialogElement | null {
    return this.shadowRoot?.querySelector('dialog') ?? null;
  }
}
