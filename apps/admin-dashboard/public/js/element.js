/**
 * Makes an element. Text only ever becomes text nodes; functions become listeners of the event they are named after.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] true gives an empty attribute, false and undefined none
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElement}
 */
export const element = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

let lastId = 0;

/** An id no other element of the page has. @param {string} prefix */
export const uniqueId = (prefix) => `${prefix}-${++lastId}`;
