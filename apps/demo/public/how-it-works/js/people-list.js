import { element } from './element.js';

/**
 * The enrolled people, one of them chosen.
 *
 * @param {HTMLElement} host
 * @param {{ onDelete: (name: string) => void }} options
 * @returns {{ show(names: readonly string[], chosen?: string): void, chosen(): string | undefined }}
 */
export const createPeopleList = (host, { onDelete }) => {
  const chosen = () => host.querySelector('input:checked')?.value;

  const chip = (name, isChosen) => {
    const remove = element(
      'button',
      { type: 'button', 'aria-label': `Delete ${name}`, title: `Delete ${name}` },
      '×',
    );
    remove.addEventListener('click', () => onDelete(name));
    const radio = element('input', { type: 'radio', name: 'person', value: name, checked: isChosen });
    return element('span', { class: 'chip' }, element('label', {}, radio, name), remove);
  };

  return {
    chosen,
    show: (names, wanted = chosen()) => {
      const current = names.includes(wanted) ? wanted : names[0];
      host.replaceChildren(
        ...(names.length === 0
          ? [element('p', { class: 'empty' }, 'Nobody is enrolled yet.')]
          : names.map((name) => chip(name, name === current))),
      );
    },
  };
};
