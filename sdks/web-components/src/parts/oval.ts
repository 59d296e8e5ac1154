import { html, nothing, svg, type TemplateResult } from 'lit';

/** `camera`: the picture with the ring of progress; `busy`: an arc goes round; the others stand still. */
export type OvalLook = 'camera' | 'busy' | 'idle' | 'done' | 'error';

export interface OvalContent {
  readonly look: OvalLook;
  /** Inside of the oval: the video, or a drawing. */
  readonly content: unknown;
  /** 0 to 1; only of the look `camera`. */
  readonly progress?: number;
  /** The last frame was refused: the ring waits. */
  readonly isWaiting?: boolean;
}

/** The ring starts at the top and runs clockwise, so that progress is read like a clock. */
const ring = (className: string, dash: string) => svg`<path
  class=${className} d="M150 5A145 195 0 0 1 150 395A145 195 0 0 1 150 5" pathLength="100" stroke-dasharray=${dash} />`;

/** The oval that every step has in its middle. */
export function renderOval({ look, content, progress = 0, isWaiting = false }: OvalContent): TemplateResult {
  const filled = Math.round(Math.min(1, Math.max(0, progress)) * 100);
  return html`<div class="camera ${look} ${isWaiting ? 'waiting' : ''}" part="camera">
    <div class="oval">${content}</div>
    <svg class="camera-corners" viewBox="0 0 300 400" fill="none" aria-hidden="true" focusable="false">
      ${ring('track', '100 0')} ${look === 'busy' ? ring('arc', '22 78') : nothing}
      ${look === 'camera' ? ring('progress', `${filled} ${100 - filled}`) : nothing}
    </svg>
  </div>`;
}

/** Progress that grows with each accepted frame and never promises the end: that is the server's to say. */
export const streamProgress = (acceptedFrames: number): number => 1 - 0.75 ** acceptedFrames;
