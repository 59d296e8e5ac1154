/** What the server reads as it is. */
const plainTypes = new Set(['image/jpeg', 'image/png', 'image/bmp']);
const maxBytes = 12 * 1024 * 1024;
const maxSide = 2048;

const encode = async (bitmap) => {
  const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
  if (blob === null) throw new Error('no picture');
  return blob;
};

/**
 * A picture as the server takes it: the file itself, or a JPEG made of it where the format or the size would be
 * refused and the browser can read it.
 *
 * @param {File} file
 * @returns {Promise<Blob>}
 * @throws Error with a sentence for the person
 */
export const preparePicture = async (file) => {
  if (file.size === 0) throw new Error('This file is empty.');
  if (plainTypes.has(file.type) && file.size <= maxBytes) return file;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error('This is no photo your browser can read. JPEG and PNG work best.');
  }
  try {
    return await encode(bitmap);
  } finally {
    bitmap.close();
  }
};
