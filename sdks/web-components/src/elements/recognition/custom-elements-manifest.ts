import { ELEMENT_ATTRIBUTES } from './element-attributes.ts';
import {
  ELEMENT_EVENTS,
  ELEMENT_METHODS,
  ELEMENT_SLOTS,
  ELEMENTS,
  type ElementEntry,
} from './element-reference.ts';

/** The package's `custom-elements.json` (custom elements manifest, schema 1.0.0), which editors and docs read. */
export function customElementsManifest(): object {
  return { schemaVersion: '1.0.0', readme: 'README.md', modules: ELEMENTS.map(moduleOf) };
}

function moduleOf(element: ElementEntry): object {
  const path = `${element.module}.js`;
  const reference = { name: element.className, module: path };
  return {
    kind: 'javascript-module',
    path,
    declarations: [declarationOf(element)],
    exports: [
      { kind: 'js', name: element.className, declaration: reference },
      { kind: 'custom-element-definition', name: element.tag, declaration: reference },
    ],
  };
}

function declarationOf({ tag, className, summary, isDialog }: ElementEntry): object {
  const attributes = ELEMENT_ATTRIBUTES.map(({ attribute, property, shape, description }) => ({
    name: attribute,
    fieldName: property,
    type: { text: shape },
    description,
  }));
  const fields = ELEMENT_ATTRIBUTES.map(({ attribute, property, shape, description }) => ({
    kind: 'field',
    name: property,
    attribute,
    type: { text: shape },
    description,
  }));
  const show = { name: 'show', description: 'Opens the dialog with a new flow.' };
  const methods = [...ELEMENT_METHODS, ...(isDialog ? [show] : [])].map(({ name, description }) => ({
    kind: 'method',
    name,
    description,
  }));
  return {
    kind: 'class',
    customElement: true,
    name: className,
    tagName: tag,
    summary,
    attributes,
    members: [...fields, ...methods],
    events: ELEMENT_EVENTS.map(({ name, description }) => ({
      name,
      description,
      type: { text: name === 'error' ? 'KeylessErrorEvent' : 'KeylessElementEvent' },
    })),
    slots: ELEMENT_SLOTS,
  };
}
