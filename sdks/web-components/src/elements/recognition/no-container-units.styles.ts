import { css } from 'lit';

/**
 * Sizes for browsers without container units (Chromium before 105: WebViews of the minimum), which drop each declaration
 * that has one. Percentages stand in: of the element for the padding, of what the padding leaves (92 %) for the rest. For
 * its height the element is taken to be as wide as it may be.
 */
export const noContainerUnitStyles = css`
  @supports not (inline-size: 1cqi) {
    .root {
      min-block-size: calc(min(100vw, var(--kl-size, 26rem)) / var(--kl-aspect-ratio, 0.667));
      padding: clamp(0.75rem, 4%, 1.25rem);
    }

    .headline {
      font: 600 1.5rem / 1.25 "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, serif;
    }

    .camera {
      inline-size: min(63%, 17rem);
    }

    .stm-choice .camera,
    .camera-permission .camera,
    .microphone-permission .camera,
    .root.error .camera {
      inline-size: min(48%, 13rem);
    }

    .small-oval .camera {
      inline-size: 4.5rem;
    }

    .qrcode {
      inline-size: min(67%, 15rem);
    }

    .camera-select {
      inset-inline: 1rem;
    }
  }
`;
