import { svg, type TemplateResult } from 'lit';

/** Line drawings on a 24-unit grid; they take the colour of the text around them and say nothing to a reader. */
const icon = (content: TemplateResult): TemplateResult => svg`<svg
  class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
  stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"
>${content}</svg>`;

export const closeIcon = icon(svg`<path d="M6 6l12 12M18 6L6 18" />`);
export const lightIcon = icon(
  svg`<circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M18.4 5.6L17 7M7 17l-1.4 1.4" />`,
);
export const switchCameraIcon = icon(
  svg`<path d="M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.4-2h5.2L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z" /><path d="M9 13.5a3 3 0 0 1 5.5-1.6M15 12.8a3 3 0 0 1-5.5 1.6" />`,
);
export const cameraIcon = icon(
  svg`<path d="M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.4-2h5.2L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z" /><circle cx="12" cy="13" r="3.25" />`,
);
export const cameraOffIcon = icon(
  svg`<path d="M9.4 5h5.2L16 7h2.5A1.5 1.5 0 0 1 20 8.5V16M17 19H5.5A1.5 1.5 0 0 1 4 17.5v-9A1.5 1.5 0 0 1 5.5 7H7M9.5 11.3a3.25 3.25 0 0 0 4.4 4.4M3.5 3.5l17 17" />`,
);
export const microphoneIcon = icon(
  svg`<rect x="9" y="3.5" width="6" height="10.5" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v2.5" />`,
);
export const phoneIcon = icon(
  svg`<rect x="7" y="3" width="10" height="18" rx="2.25" /><path d="M11 18h2" />`,
);
export const checkIcon = icon(svg`<path d="M5 12.5l4.5 4.5L19 7.5" />`);
export const alertIcon = icon(svg`<path d="M12 6.5v7" /><path d="M12 17.5h.01" />`);
export const alignmentIcon = icon(
  svg`<ellipse cx="12" cy="12" rx="4.5" ry="6" /><path d="M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16" />`,
);
export const lookIcon = icon(
  svg`<path d="M3 12s3.3-5.5 9-5.5S21 12 21 12s-3.3 5.5-9 5.5S3 12 3 12z" /><circle cx="12" cy="12" r="2.5" />`,
);
export const accessoriesIcon = icon(
  svg`<circle cx="7" cy="13" r="3.5" /><circle cx="17" cy="13" r="3.5" /><path d="M10.5 12.5a2 2 0 0 1 3 0M3.5 12L5 7M20.5 12L19 7" />`,
);
/** The mark of the project. */
export const markIcon = svg`<svg class="mark" viewBox="0 0 32 32" width="16" height="16" aria-hidden="true" focusable="false">
  <path d="M16 3c7 0 11 5 11 12s-4 14-11 14S5 22 5 15 9 3 16 3Z" fill="none" stroke="currentColor" stroke-width="2.75" />
  <rect x="14.5" y="10" width="3" height="12" rx="1.5" fill="currentColor" />
</svg>`;
