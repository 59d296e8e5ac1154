import { css } from 'lit';

/** The frame of every step: bar, drawing, words, buttons, foot. */
export const layoutStyles = css`
  :host {
    display: block;
    inline-size: 100%;
    max-inline-size: var(--kl-size, 26rem);
    container-type: inline-size;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  .root {
    position: relative;
    display: grid;
    grid-template-rows: auto minmax(min-content, 1fr) auto auto auto;
    inline-size: 100%;
    min-block-size: calc(100cqi / var(--kl-aspect-ratio, 0.667));
    padding: clamp(0.75rem, 4cqi, 1.25rem);
    border-radius: var(--kl-radius, 1.25rem);
    background: var(--kl-color-surface);
    color: var(--kl-color-on-surface);
    font: 400 1rem / 1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
    overflow-wrap: anywhere;
    text-align: center;
    transition: background-color 0.25s ease;
  }

  .bar {
    display: flex;
    align-items: center;
    gap: 0.25rem;
    min-block-size: 0.5rem;
  }

  .bar .spacer {
    flex: 1;
  }

  .stage {
    position: relative;
    display: grid;
    place-items: center;
    padding-block: 0.25rem 1rem;
  }

  .words,
  .texts {
    display: grid;
    gap: 0.375rem;
    justify-items: center;
  }

  .texts {
    padding-inline: 0.25rem;
  }

  .headline,
  .text,
  .note,
  .link {
    margin: 0;
    text-wrap: balance;
  }

  .headline {
    font: 600 clamp(1.375rem, 6cqi, 1.75rem) / 1.25 "Iowan Old Style", "Palatino Linotype", Palatino,
      "Source Serif 4", Georgia, serif;
    letter-spacing: -0.005em;
    outline: none;
  }

  .text {
    max-inline-size: 34ch;
    color: var(--kl-color-on-surface-variant);
    white-space: pre-line;
  }

  .note {
    color: var(--kl-color-on-surface-variant);
    font: 400 0.75rem / 1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
  }

  .countdown {
    margin: 0.375rem 0 0;
    padding: 0.375rem 1rem;
    border-radius: 1.25rem;
    background: var(--kl-color-surface-variant);
    font-variant-numeric: tabular-nums;
    font-weight: 600;
  }

  .link {
    max-inline-size: 100%;
    padding: 0.5rem 0.75rem;
    border-radius: 0.5rem;
    background: var(--kl-color-surface-variant);
    font-size: 0.8125rem;
    user-select: all;
  }

  .buttons {
    display: grid;
    gap: 0.25rem;
    justify-items: center;
    align-content: end;
    min-block-size: 3.25rem;
    padding-block-start: 1rem;
  }

  .buttons-stm-choice {
    display: grid;
    gap: 0.25rem;
    justify-items: center;
  }

  .foot {
    display: flex;
    justify-content: center;
    min-block-size: 0.5rem;
    padding-block-start: 0.75rem;
  }

  .powered-by {
    display: inline-flex;
    align-items: center;
    gap: 0.375rem;
    color: var(--kl-color-on-surface-variant);
    font-size: 0.75rem;
  }

  .announcer {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  /* The light is the whole screen, not the element alone, and is there at once: the next frame is to show it. */
  .root.lit {
    transition: none;
    background: var(--kl-flash-color);
    box-shadow: 0 0 0 200vmax var(--kl-flash-color);
  }

  .root.lit .words,
  .root.lit .powered-by,
  .root.lit .slotted .plain,
  .root.lit .icon-button {
    border-radius: 1rem;
    background: var(--kl-color-surface);
  }

  .root.lit .words {
    padding: 0.75rem;
  }

  .root.lit .powered-by {
    padding: 0.125rem 0.625rem;
  }

  @media (forced-colors: active) {
    .root,
    .button,
    .camera-tip,
    .camera-instructions li {
      border: 1px solid;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.001s !important;
      animation-iteration-count: 1 !important;
      transition: none !important;
    }
  }
`;
