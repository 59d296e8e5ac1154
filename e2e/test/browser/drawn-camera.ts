export interface DrawnCameraSettings {
  /** Addresses of pictures, drawn one after the other. */
  readonly pictures: readonly string[];
  /** CSS colour of what lights the person, as it is now, empty where nothing does; absent for a room with its own light alone. */
  readonly light?: () => string;
}

export interface DrawnCamera {
  readonly stream: MediaStream;
  /** Light is there at once, whatever the pace of the pictures. */
  relight(): void;
}

/**
 * A camera that sees pictures on a canvas. Runs in a page and knows nothing outside of itself: it is sent there as text.
 * Light adds to the middle of a picture, where the face is, the picture's own colours times the light's, and no edge; the
 * room is darker then, which leaves the light something to do.
 */
export const drawnCamera = async ({ pictures, light }: DrawnCameraSettings): Promise<DrawnCamera> => {
  const images = await Promise.all(
    pictures.map(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image;
    }),
  );
  const [{ naturalWidth: width, naturalHeight: height }] = images as [HTMLImageElement];
  const layer = (): CanvasRenderingContext2D => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    return canvas.getContext('2d') as CanvasRenderingContext2D;
  };
  const [picture, reflection] = [layer(), layer()];
  const fill = (context: CanvasRenderingContext2D, style: string | CanvasGradient): void => {
    context.fillStyle = style;
    context.fillRect(0, 0, width, height);
  };
  const addReflection = (image: HTMLImageElement, colour: string): void => {
    const [x, y] = [width / 2, height / 2];
    const reach = reflection.createRadialGradient(x, y, 0.3 * height, x, y, 0.42 * height);
    reach.addColorStop(0, 'black');
    reach.addColorStop(1, 'transparent');
    reflection.globalCompositeOperation = 'copy';
    reflection.drawImage(image, 0, 0);
    reflection.globalCompositeOperation = 'multiply';
    fill(reflection, colour);
    reflection.globalCompositeOperation = 'destination-in';
    fill(reflection, reach);
    picture.globalCompositeOperation = 'lighter';
    picture.globalAlpha = 0.4;
    picture.drawImage(reflection.canvas, 0, 0);
    picture.globalCompositeOperation = 'source-over';
    picture.globalAlpha = 1;
  };
  let shown = 0;
  const draw = (): void => {
    const image = images[shown % images.length] as HTMLImageElement;
    picture.drawImage(image, 0, 0);
    if (light === undefined) return;
    fill(picture, 'rgb(0 0 0 / 35%)');
    const colour = light();
    if (colour !== '') addReflection(image, colour);
  };
  draw();
  setInterval(() => {
    shown++;
    draw();
  }, 160);
  return { stream: picture.canvas.captureStream(light === undefined ? 12 : 30), relight: draw };
};
