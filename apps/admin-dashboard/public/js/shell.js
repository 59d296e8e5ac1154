import { element } from './element.js';
import { badge } from './parts/marks.js';
import { routes } from './routes.js';

const at = (id) => document.getElementById(id);

const navigationOf = (session) => {
  const visible = routes.filter(
    ({ group, needs = session.role, scope = session.scope }) =>
      group && needs === session.role && scope === session.scope,
  );
  const groups = Map.groupBy(visible, ({ group }) => group);
  return [...groups].flatMap(([group, entries]) => [
    element('h2', {}, group),
    element(
      'ul',
      {},
      ...entries.map(({ path, title }) =>
        element('li', {}, element('a', { href: `#/${path}`, 'data-path': path }, title)),
      ),
    ),
  ]);
};

const tenantChoice = ({ customers }, tenant, onTenant) => {
  const [only] = customers;
  if (only === undefined) return element('span', { class: 'muted' }, 'No tenant yet');
  if (customers.length === 1) return element('span', { class: 'muted' }, `Tenant ${only}`);
  const select = element(
    'select',
    {},
    ...customers.map((customer) =>
      element('option', { value: customer, selected: customer === tenant }, customer),
    ),
  );
  select.addEventListener('change', () => onTenant(select.value));
  return element('label', {}, 'Tenant', select);
};

const closeMenu = () => {
  at('menu').setAttribute('aria-expanded', 'false');
  at('navigation').removeAttribute('data-open');
};

/** Who is signed in, the tenant and the way around. */
export const showShell = ({ session, tenant, onTenant, onSignOut }) => {
  const { actor, role } = session;
  at('account').replaceChildren(
    tenantChoice(session, tenant, onTenant),
    element('span', { class: 'who' }, actor.name ?? actor.id, badge(role === 'admin' ? 'Admin' : 'Viewer')),
    element('button', { type: 'button', class: 'quiet small', click: onSignOut }, 'Sign out'),
  );
  at('navigation').replaceChildren(...navigationOf(session));
  for (const id of ['account', 'navigation', 'menu']) at(id).hidden = false;
};

export const hideShell = () => {
  closeMenu();
  for (const id of ['account', 'navigation', 'menu']) at(id).hidden = true;
  at('account').replaceChildren();
  at('navigation').replaceChildren();
};

/** @param {string} path of the page that is shown, or of the one it belongs to */
export const markCurrent = (path) => {
  for (const link of at('navigation').querySelectorAll('a')) {
    if (link.dataset.path === path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  closeMenu();
};

at('menu').addEventListener('click', () => {
  const isOpen = at('menu').getAttribute('aria-expanded') !== 'true';
  at('menu').setAttribute('aria-expanded', String(isOpen));
  at('navigation').toggleAttribute('data-open', isOpen);
});
at('navigation').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !at('navigation').hasAttribute('data-open')) return;
  closeMenu();
  at('menu').focus();
});
// The hash is the address of the page, so the skip link cannot use it.
at('skip').addEventListener('click', (event) => {
  event.preventDefault();
  at('main').focus();
});
