import { ApiError, chooseTenant, chosenTenant, readSession, signOut, whenSessionEnds } from './api.js';
import { noTenantPage } from './pages/no-tenant.js';
import { signInPage } from './pages/sign-in.js';
import { clearNotice, showNotice } from './parts/notice.js';
import { errorState } from './parts/states.js';
import { matchRoute } from './routes.js';
import { hideShell, markCurrent, showShell } from './shell.js';

/**
 * @typedef {object} Session
 * @property {{ id: string, name?: string }} actor
 * @property {'viewer' | 'admin'} role
 * @property {'tenant' | 'installation'} scope
 * @property {readonly string[]} customers
 */

/**
 * @typedef {object} PageContext
 * @property {HTMLElement} root
 * @property {Session} session
 * @property {readonly string[]} params parts of the address that vary
 * @property {URLSearchParams} query
 * @property {(query: Record<string, string | undefined>) => void} rememberQuery puts filters into the address
 * @property {(customer: string) => Promise<void>} enterTenant shows the dashboard anew, about another tenant
 * @property {(error: unknown) => void} showFailure says on top of the page that an act failed
 */

const root = document.getElementById('page');
const APP_NAME = 'OpenRecognize dashboard';
let session;

const showFailure = (error) => {
  if (!(error instanceof ApiError)) throw error;
  showNotice(`${error.message} ${error.nextStep}`, 'wait');
};

const rememberQuery = (query) => {
  const path = location.hash.split('?', 1)[0] || '#/users';
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value));
  history.replaceState(null, '', search.size === 0 ? path : `${path}?${search}`);
};

const closeDialogs = () => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
};

const showPage = (takesFocus) => {
  if (session === undefined) return;
  const { route, params, query } = matchRoute(location.hash);
  document.title = `${route.title} · ${APP_NAME}`;
  markCurrent(route.parent ?? route.path);
  clearNotice();
  closeDialogs();
  const context = { root, session, params, query, rememberQuery, enterTenant, showFailure };
  if (session.customers.length === 0 && !route.withoutTenant) {
    noTenantPage({ ...context, title: route.title });
  } else route.page(context);
  scrollTo(0, 0);
  if (takesFocus) root.querySelector('h1').focus();
};

const askToSignIn = (reason) => {
  session = undefined;
  closeDialogs();
  clearNotice();
  hideShell();
  document.title = `Sign in · ${APP_NAME}`;
  signInPage({ root, reason, onSignedIn: () => enter(true) });
};

const keepTenant = ({ customers }) => {
  if (!customers.includes(chosenTenant())) chooseTenant(customers[0]);
};

const leave = async () => {
  try {
    await signOut();
    askToSignIn('You are signed out.');
  } catch (error) {
    askToSignIn();
    showFailure(error);
  }
};

/** Shows the dashboard to whoever is signed in, or the way in. */
const enter = async (takesFocus) => {
  session = await readSession();
  keepTenant(session);
  showShell({
    session,
    tenant: chosenTenant(),
    onTenant: (customer) => {
      chooseTenant(customer);
      showPage(true);
    },
    onSignOut: leave,
  });
  showPage(takesFocus);
};

const enterTenant = (customer) => {
  chooseTenant(customer);
  return enter(true);
};

const start = async () => {
  try {
    await enter(false);
  } catch (error) {
    // No session is no failure here: the way in is already shown.
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'OPERATOR_SESSION_INVALID') return askToSignIn();
    hideShell();
    root.replaceChildren(errorState(error, start));
  }
};

whenSessionEnds(() => {
  if (session !== undefined) askToSignIn('Your session has ended. Sign in again to go on where you were.');
});
addEventListener('hashchange', () => showPage(true));
start();
