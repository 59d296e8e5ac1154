/** Bundles the gallery into a folder, by default `build/gallery`; resolves to the folder. */
export function buildGallery(folder?: string): Promise<string>;
