import { html, svg, type TemplateResult } from 'lit';
import qrcode from 'qrcode-generator';

/** Modules of the quiet zone around a QR code (ISO/IEC 18004 §6.3.8). */
const QUIET_MODULES = 4;

/** SVG path of the dark modules of a QR code, and its side length in modules with the quiet zone. */
export interface QrCodePath {
  readonly path: string;
  readonly side: number;
}

/** Error correction M: 15 % of the code may be hidden. `text` is ASCII, as every address is. */
export function qrCodePath(text: string): QrCodePath {
  const code = qrcode(0, 'M');
  code.addData(text, 'Byte');
  code.make();
  const count = code.getModuleCount();
  const runs: string[] = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (!code.isDark(row, column)) continue;
      const start = column;
      while (column + 1 < count && code.isDark(row, column + 1)) column += 1;
      const width = column - start + 1;
      runs.push(`M${start + QUIET_MODULES} ${row + QUIET_MODULES}h${width}v1h-${width}z`);
    }
  }
  return { path: runs.join(''), side: count + 2 * QUIET_MODULES };
}

/** A QR code as a picture; dark on light in both themes, so that every scanner reads it. */
export function renderQrCode(text: string, label: string): TemplateResult {
  const { path, side } = qrCodePath(text);
  const box = `0 0 ${side} ${side}`;
  return html`<div class="qrcode" part="qrcode" role="img" aria-label=${label}>
    ${svg`<svg viewBox=${box} shape-rendering="crispEdges" aria-hidden="true">
      <path fill="#ffffff" d=${`M0 0h${side}v${side}h-${side}z`} /><path fill="#101513" d=${path} />
    </svg>`}
  </div>`;
}
