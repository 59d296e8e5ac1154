import { css } from 'lit';

/** The native dialog around an element. */
export const dialogStyles = css`
  :host {
    display: contents;
  }

  .dialog {
    inline-size: min(100vw - 1rem, var(--kl-size, 26rem));
    max-inline-size: none;
    max-block-size: calc(100vh - 1rem);
    max-block-size: calc(100dvb - 1rem);
    padding: 0;
    border: 0;
    border-radius: var(--kl-radius, 1.25rem);
    background: var(--kl-color-surface);
    container-type: inline-size;
    overflow-y: auto;
    overscroll-behavior: contain;
    box-shadow: 0 24px 64px rgb(0 0 0 / 28%);
  }

  .dialog::backdrop {
    background: rgb(12 18 15 / 56%);
  }

  /* A shadow, since a backdrop got no custom properties before Chrome 122. */
  .dialog.lit {
    box-shadow: 0 0 0 200vmax var(--kl-flash-color);
  }
`;
