import { element } from '../element.js';
import { pageHead } from '../parts/page-head.js';
import { emptyState } from '../parts/states.js';

/** In the place of a page that is about a tenant, while there is none. */
export const noTenantPage = ({ root, session, title }) => {
  const canCreate = session.scope === 'installation' && session.role === 'admin';
  const state = emptyState(
    'No tenant yet',
    canCreate
      ? 'Users, API keys and settings belong to a tenant.'
      : 'Users, API keys and settings belong to a tenant. An admin of the installation creates one.',
  );
  if (canCreate) {
    state.append(element('a', { class: 'button primary', href: '#/tenants' }, 'Create the first tenant'));
  }
  root.replaceChildren(pageHead({ title }), state);
};
