import { element, svgElement } from './element.js';
import { preparePicture } from './picture.js';

const pictureIcon = () =>
  svgElement(
    'svg',
    {
      viewBox: '0 0 48 48',
      width: 44,
      height: 44,
      'aria-hidden': 'true',
      fill: 'none',
      stroke: 'currentColor',
    },
    svgElement('path', {
      d: 'M8 16V11a3 3 0 0 1 3-3h5M32 8h5a3 3 0 0 1 3 3v5M40 32v5a3 3 0 0 1-3 3h-5M16 40h-5a3 3 0 0 1-3-3v-5',
      'stroke-width': 2.5,
      'stroke-linecap': 'round',
    }),
    svgElement('path', { d: 'M24 14c5 0 8 3.500 8 9s-3 11-8 11-8-5.500-8-11 3-9 8-9Z', 'stroke-width': 2.5 }),
  );

/**
 * A photo to choose, drop or take. Its preview is drawn from the file by the browser.
 *
 * @param {HTMLElement} host
 * @param {{ label: string, onProblem: (text: string) => void }} options
 * @returns {{ picture(): Blob | undefined, clear(): void, focus(): void }}
 */
export const createPhotoField = (host, { label, onProblem }) => {
  let picture;
  let url;
  /** Counts choices, so that a slow one does not overtake the next. */
  let choice = 0;

  const labelId = `${host.id}-label`;
  const input = element('input', {
    type: 'file',
    accept: 'image/*',
    class: 'visually-hidden',
    'aria-labelledby': labelId,
  });
  const camera = element('input', {
    type: 'file',
    accept: 'image/*',
    capture: 'user',
    class: 'visually-hidden',
  });
  const prompt = element(
    'span',
    { class: 'prompt' },
    pictureIcon(),
    element('strong', {}, 'Choose a photo'),
    element('span', { class: 'hint' }, 'or drop one here'),
  );
  const drop = element('label', { class: 'drop' }, input, prompt);
  const shoot = element('label', { class: 'shoot' }, camera, 'Take a photo');
  host.append(element('span', { class: 'label', id: labelId }, label), drop, shoot);

  const clear = () => {
    choice++;
    if (url !== undefined) URL.revokeObjectURL(url);
    url = undefined;
    picture = undefined;
    input.value = '';
    camera.value = '';
    drop.removeAttribute('data-filled');
    for (const node of drop.querySelectorAll('img, .replace')) node.remove();
  };

  const show = (blob, name) => {
    picture = blob;
    url = URL.createObjectURL(blob);
    drop.setAttribute('data-filled', '');
    drop.append(
      element('img', { src: url, alt: `Preview of ${name}` }),
      element('span', { class: 'replace' }, `${name} · replace`),
    );
  };

  const choose = async (file) => {
    if (file === undefined) return;
    clear();
    const mine = choice;
    onProblem('');
    try {
      const blob = await preparePicture(file);
      if (mine === choice) show(blob, file.name);
    } catch (error) {
      if (mine === choice) onProblem(error.message);
    }
  };

  input.addEventListener('change', () => choose(input.files[0]));
  camera.addEventListener('change', () => choose(camera.files[0]));
  for (const type of ['dragenter', 'dragover']) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.setAttribute('data-over', '');
    });
  }
  drop.addEventListener('dragleave', (event) => {
    if (!drop.contains(event.relatedTarget)) drop.removeAttribute('data-over');
  });
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.removeAttribute('data-over');
    choose(event.dataTransfer.files[0]);
  });

  return { picture: () => picture, clear, focus: () => input.focus() };
};
