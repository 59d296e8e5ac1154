import { css } from 'lit';

/** Buttons, hints and the camera picker. Every target is at least 44 pixels high (WCAG 2.5.8 asks for 24). */
export const controlStyles = css`
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }

  button:focus-visible,
  input:focus-visible {
    outline: 3px solid var(--kl-color-primary);
    outline-offset: 2px;
  }

  .button {
    min-block-size: 3rem;
    min-inline-size: min(14rem, 100%);
    padding: 0.625rem 1.5rem;
    border: 0;
    border-radius: 1.5rem;
    background: var(--kl-color-primary);
    color: var(--kl-color-on-primary);
    font-weight: 600;
    line-height: 1.25;
    transition: filter 0.15s ease;
  }

  .button:hover {
    filter: brightness(1.08);
  }

  .button.small {
    min-block-size: 2.75rem;
    min-inline-size: 0;
  }

  .button.tonal {
    background: var(--kl-color-secondary-container);
    color: var(--kl-color-on-secondary-container);
  }

  .button.plain {
    min-block-size: 2.75rem;
    min-inline-size: 0;
    background: transparent;
    color: var(--kl-color-primary);
  }

  .button.plain:hover {
    background: var(--kl-color-surface-variant);
    filter: none;
  }

  .slotted {
    display: contents;
  }

  .icon-button {
    display: inline-grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: transparent;
    color: var(--kl-color-on-surface-variant);
  }

  .icon-button:hover,
  .icon-button[aria-pressed="true"],
  .icon-button[aria-expanded="true"] {
    background: var(--kl-color-surface-variant);
    color: var(--kl-color-on-surface);
  }

  .camera-instructions {
    display: grid;
    gap: 0.25rem;
    inline-size: 100%;
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
    text-align: start;
  }

  .camera-instructions li {
    display: grid;
    grid-template-columns: 1.5rem 1fr;
    gap: 0.875rem;
    align-items: center;
    padding: 0.4375rem 0.75rem;
    border-radius: 0.875rem;
    background: var(--kl-color-surface-variant);
    font-size: 0.9375rem;
    line-height: 1.35;
  }

  .camera-instructions li.bare {
    grid-template-columns: 1fr;
  }

  .camera-instructions svg {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    color: var(--kl-color-primary);
  }

  /* A sheet over the picture: a ground of its own, since shadows don't show on dark ones. */
  .camera-select {
    position: absolute;
    inset-block-start: 3.75rem;
    inset-inline: clamp(0.75rem, 4cqi, 1.25rem);
    z-index: 1;
    display: grid;
    gap: 0.5rem;
    margin: 0;
    padding: 1rem;
    border: 1px solid var(--kl-color-on-surface-variant);
    border-radius: 1rem;
    background: var(--kl-color-surface-variant);
    color: var(--kl-color-on-surface);
    box-shadow: 0 12px 32px rgb(0 0 0 / 28%);
    text-align: start;
  }

  .camera-select .labels-headline {
    margin: 0;
    padding: 0;
    font-weight: 600;
  }

  .camera-select .labels-text {
    margin: 0;
    color: var(--kl-color-on-surface-variant);
    font-size: 0.875rem;
  }

  .camera-select .list {
    display: grid;
    gap: 0.125rem;
  }

  .camera-select .option {
    display: flex;
    gap: 0.75rem;
    align-items: center;
    min-block-size: 2.75rem;
    padding: 0.25rem 0.5rem;
    border-radius: 0.625rem;
    cursor: pointer;
  }

  .camera-select .option:hover {
    background: var(--kl-color-surface);
  }

  .camera-select input {
    appearance: none;
    flex: none;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: 0;
    border: 2px solid var(--kl-color-on-surface-variant);
    border-radius: 50%;
    background: var(--kl-color-surface);
    cursor: inherit;
  }

  .camera-select input:checked {
    border: 0.4375rem solid var(--kl-color-primary);
  }

  @media (forced-colors: active) {
    .camera-select input {
      appearance: auto;
    }
  }
`;
