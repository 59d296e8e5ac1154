import { element, uniqueId } from '../element.js';

/**
 * A labelled input with its explanation and its problem.
 *
 * @param {{ label: string, name: string, hint?: string | Node, unit?: string, wide?: boolean }} options
 * @param {Record<string, unknown>} attributes of the input
 */
export const textField = ({ label, name, hint, unit, wide }, attributes = {}) => {
  const id = uniqueId(name);
  const hintId = `${id}-hint`;
  const problemId = `${id}-problem`;
  const input = element('input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    ...attributes,
    id,
    name,
    'aria-describedby': [hint ? hintId : '', problemId].filter(Boolean).join(' '),
  });
  const problem = element('p', { class: 'problem', id: problemId });
  const field = element(
    'div',
    { class: wide ? 'field wide' : 'field' },
    element('label', { for: id }, label),
    unit ? element('div', { class: 'with-unit' }, input, element('span', { class: 'muted' }, unit)) : input,
    hint ? element('p', { class: 'hint', id: hintId }, hint) : null,
    problem,
  );
  /** Marks the field as wrong, or with '' as right again. @param {string} text */
  const complain = (text) => {
    problem.replaceChildren(text);
    if (text === '') input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  };
  return { field, input, complain };
};

/** @param {{ label: string, name: string }} options @param {readonly [string, string][]} choices value and text */
export const selectField = ({ label, name }, choices, value) => {
  const id = uniqueId(name);
  const input = element(
    'select',
    { id, name },
    ...choices.map(([key, text]) => element('option', { value: key, selected: key === value }, text)),
  );
  return { field: element('div', { class: 'field' }, element('label', { for: id }, label), input), input };
};

/** Radio buttons or checkboxes under one legend. */
export const choiceField = ({ legend, name, type, hint }, choices, chosen) => {
  const problem = element('p', { class: 'problem', role: 'alert' });
  const field = element(
    'fieldset',
    { class: 'field' },
    element('legend', {}, legend),
    element(
      'div',
      { class: 'choices' },
      ...choices.map(([value, text, note]) =>
        element(
          'label',
          { class: 'choice' },
          element('input', { type, name, value, checked: chosen.includes(value) }),
          element('span', {}, text, note ? element('span', { class: 'hint' }, ` ${note}`) : null),
        ),
      ),
    ),
    hint ? element('p', { class: 'hint' }, hint) : null,
    problem,
  );
  return {
    field,
    values: () => [...field.querySelectorAll('input:checked')].map((input) => input.value),
    complain: (text) => {
      problem.replaceChildren(text);
      if (text !== '') field.querySelector('input').focus();
    },
  };
};
