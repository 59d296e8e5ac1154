import { css } from 'lit';

/** The oval, its ring, and the tip below it. */
export const cameraStyles = css`
  .camera {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: min(58cqi, 17rem);
    aspect-ratio: var(--kl-camera-aspect-ratio, 3 / 4);
  }

  .stm-choice .camera,
  .camera-permission .camera,
  .microphone-permission .camera,
  .root.error .camera {
    inline-size: min(44cqi, 13rem);
  }

  .small-oval .camera {
    inline-size: min(18cqi, 5.5rem);
  }

  .oval {
    position: absolute;
    inset: 4.5%;
    display: grid;
    place-items: center;
    border-radius: 50%;
    background: var(--kl-color-surface-variant);
    overflow: hidden;
  }

  .root.lit .camera {
    border-radius: 50%;
    background: var(--kl-color-surface);
    box-shadow: 0 0 0 0.375rem var(--kl-color-surface);
  }

  .oval video {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
  }

  .drawing {
    display: grid;
    place-items: center;
    inline-size: 30%;
    aspect-ratio: 1;
    color: var(--kl-color-primary);
  }

  .drawing svg {
    inline-size: 100%;
    block-size: 100%;
    stroke-width: 1.25;
  }

  .drawing.strong svg {
    stroke-width: 1.75;
  }

  .done .oval {
    background: var(--kl-color-secondary-container);
  }

  .done .drawing path {
    stroke-dasharray: 24;
    animation: draw 0.6s ease-out both;
  }

  .error .drawing {
    color: var(--kl-color-error);
  }

  .camera-corners {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    stroke-width: 6;
    stroke-linecap: round;
  }

  .camera-corners .track {
    stroke: var(--kl-color-surface-variant);
  }

  .done .track {
    stroke: var(--kl-color-primary);
  }

  .error .track {
    stroke: var(--kl-color-error);
  }

  .arc,
  .progress {
    stroke: var(--kl-color-primary);
  }

  .progress {
    transition: stroke-dasharray 0.4s ease;
  }

  .progress[stroke-dasharray^="0 "] {
    stroke: none;
  }

  .waiting .progress {
    stroke: var(--kl-color-secondary);
  }

  .arc {
    animation: around 2.4s linear infinite;
  }

  .camera-tip {
    margin: 0.375rem 0 0;
    padding: 0.375rem 0.875rem;
    border-radius: 1.25rem;
    background: var(--kl-color-secondary-container);
    color: var(--kl-color-on-secondary-container);
    font-weight: 600;
    transition: background-color 0.25s ease;
  }

  .camera-tip.advice {
    background: var(--kl-color-secondary);
    color: var(--kl-color-on-secondary);
  }

  .qrcode {
    inline-size: min(62cqi, 15rem);
    aspect-ratio: 1;
    border-radius: 1rem;
    background: #ffffff;
    overflow: hidden;
    box-shadow: 0 0 0 1px var(--kl-color-surface-variant);
  }

  .qrcode svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }

  @keyframes around {
    to {
      stroke-dashoffset: -100;
    }
  }

  @keyframes draw {
    from {
      stroke-dashoffset: 24;
    }
  }
`;
