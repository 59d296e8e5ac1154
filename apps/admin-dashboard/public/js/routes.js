import { apiKeysPage } from './pages/api-keys.js';
import { auditPage } from './pages/audit.js';
import { authenticationsPage } from './pages/authentications.js';
import { deliveryDetailPage } from './pages/delivery-detail.js';
import { healthPage } from './pages/health.js';
import { lockoutsPage } from './pages/lockouts.js';
import { operationsPage } from './pages/operations.js';
import { operatorsPage } from './pages/operators.js';
import { settingsPage } from './pages/settings.js';
import { tenantsPage } from './pages/tenants.js';
import { userDetailPage } from './pages/user-detail.js';
import { usersPage } from './pages/users.js';
import { webhooksPage } from './pages/webhooks.js';

/**
 * Pages by address, in the order of the navigation; those without a group are reached from another page.
 * `withoutTenant` says that a page is of use while there is no tenant, `scope` that it is for people bound to none.
 */
export const routes = [
  { path: 'users', title: 'Users', group: 'People', page: usersPage },
  { path: 'users/:userId', title: 'User', parent: 'users', page: userDetailPage },
  { path: 'lockouts', title: 'Lockouts', group: 'People', page: lockoutsPage },
  { path: 'authentications', title: 'Authentications', group: 'People', page: authenticationsPage },
  { path: 'operations', title: 'Operations', group: 'People', page: operationsPage },
  { path: 'settings', title: 'Settings', group: 'Tenant', page: settingsPage },
  { path: 'api-keys', title: 'API keys', group: 'Tenant', page: apiKeysPage },
  { path: 'webhooks', title: 'Webhooks', group: 'Tenant', page: webhooksPage },
  {
    path: 'webhooks/deliveries/:deliveryId',
    title: 'Delivery',
    parent: 'webhooks',
    page: deliveryDetailPage,
  },
  {
    path: 'tenants',
    title: 'Tenants',
    group: 'Installation',
    withoutTenant: true,
    page: tenantsPage,
    scope: 'installation',
  },
  { path: 'health', title: 'Health', group: 'Installation', withoutTenant: true, page: healthPage },
  { path: 'audit', title: 'Audit trail', group: 'Installation', withoutTenant: true, page: auditPage },
  {
    path: 'operators',
    title: 'Operators',
    group: 'Installation',
    withoutTenant: true,
    page: operatorsPage,
    needs: 'admin',
  },
];

const home = routes[0];

/**
 * The route of an address such as `#/users/AB?text=x`; the first page for what is none.
 *
 * @param {string} hash
 */
export const matchRoute = (hash) => {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const segments = path.split('/').filter(Boolean);
  for (const route of routes) {
    const pattern = route.path.split('/');
    const isMatch =
      pattern.length === segments.length &&
      pattern.every((part, index) => part.startsWith(':') || part === segments[index]);
    if (!isMatch) continue;
    const params = segments.filter((_, index) => pattern[index].startsWith(':'));
    return { route, params, query: new URLSearchParams(search) };
  }
  return { route: home, params: [], query: new URLSearchParams() };
};
