import { element } from '../element.js';
import { loadInto } from './states.js';

// Roles are written out: as blocks, on a narrow page, these elements would lose their own.
const cell = (column, row) =>
  element(
    'td',
    { role: 'cell', class: column.kind, 'data-label': column.label },
    ...[column.cell(row)].flat().filter((part) => part !== undefined),
  );

/**
 * @template T
 * @param {object} options
 * @param {string} options.caption for screen readers
 * @param {readonly { label: string, cell: (row: T) => Node | string | undefined, kind?: string }[]} options.columns
 * @param {readonly T[]} options.rows
 */
export const table = ({ caption, columns, rows }) =>
  element(
    'table',
    { class: 'table', role: 'table' },
    element('caption', { class: 'visually-hidden' }, caption),
    element(
      'thead',
      { role: 'rowgroup' },
      element(
        'tr',
        { role: 'row' },
        ...columns.map(({ label, kind }) =>
          element(
            'th',
            { role: 'columnheader', scope: 'col', class: kind },
            kind === 'actions' ? element('span', { class: 'visually-hidden' }, label) : label,
          ),
        ),
      ),
    ),
    element(
      'tbody',
      { role: 'rowgroup' },
      ...rows.map((row) => element('tr', { role: 'row' }, ...columns.map((column) => cell(column, row)))),
    ),
  );

/** A place that is filled and filled anew. */
export const body = () => element('div', { class: 'body' });

/**
 * A list a page at a time. `load` gets the cursor of a page, undefined for the first one.
 *
 * @param {object} options
 * @param {HTMLElement} options.container
 * @param {(cursor: unknown) => Promise<{ rows: readonly unknown[], next?: unknown }>} options.load
 * @param {(rows: readonly unknown[]) => Node} options.render
 * @param {() => Node} options.empty
 * @returns {() => Promise<void>} shows the first page anew
 */
export const pagedList = ({ container, load, render, empty }) => {
  let cursors = [undefined];
  const show = () =>
    loadInto(
      container,
      () => load(cursors.at(-1)),
      ({ rows, next }) => {
        if (rows.length === 0 && cursors.length === 1) return empty();
        const turn = (text, isThere, go) =>
          element(
            'button',
            {
              type: 'button',
              class: 'quiet small',
              'aria-disabled': isThere ? undefined : 'true',
              click: isThere ? go : undefined,
            },
            text,
          );
        const go = async (name) => {
          await show();
          container.querySelector(`[data-turn="${name}"] button`)?.focus();
        };
        const back = turn('Previous page', cursors.length > 1, () => {
          cursors.pop();
          return go('back');
        });
        const onward = turn('Next page', next !== undefined, () => {
          cursors.push(next);
          return go('onward');
        });
        const pager =
          cursors.length === 1 && next === undefined
            ? null
            : element(
                'nav',
                { class: 'pager', 'aria-label': 'Pages of the list' },
                element('span', { 'data-turn': 'back' }, back),
                element('span', { class: 'hint', role: 'status' }, `Page ${cursors.length}`),
                element('span', { 'data-turn': 'onward' }, onward),
              );
        return [render(rows), pager].filter((part) => part !== null);
      },
    );
  return () => {
    cursors = [undefined];
    return show();
  };
};
