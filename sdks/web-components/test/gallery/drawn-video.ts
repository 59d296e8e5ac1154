const WIDTH = 640;
const HEIGHT = 480;

/** A video of a plain drawn portrait that never changes: no camera, no person, the same pixels on every machine. */
export function createDrawnVideo(): HTMLVideoElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d');
  if (context) drawPortrait(context);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.autoplay = true;
  video.srcObject = canvas.captureStream(5);
  // A stream of a canvas carries only what is painted while it runs.
  const timer = setInterval(() => (video.isConnected && context ? drawPortrait(context) : undefined), 200);
  video.addEventListener('emptied', () => clearInterval(timer));
  return video;
}

function drawPortrait(context: CanvasRenderingContext2D): void {
  const ellipse = (colour: string, x: number, y: number, radiusX: number, radiusY: number) => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x, y, radiusX, radiusY, 0, 0, 2 * Math.PI);
    context.fill();
  };
  context.fillStyle = '#b9c7c4';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  ellipse('#48605c', 320, 500, 190, 130);
  ellipse('#3a2f2a', 320, 205, 112, 140);
  context.fillStyle = '#c99f83';
  context.fillRect(285, 320, 70, 80);
  ellipse('#d9b093', 320, 235, 92, 120);
  for (const side of [-1, 1]) {
    ellipse('#ffffff', 320 + side * 36, 222, 13, 7);
    ellipse('#33414a', 320 + side * 36, 222, 6.5, 6.5);
    ellipse('#3a2f2a', 320 + side * 36, 202, 18, 3.5);
  }
  ellipse('#c4957a', 320, 258, 10, 14);
  ellipse('#a8665b', 320, 300, 24, 6);
}
