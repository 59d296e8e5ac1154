import {
  addOperator,
  changeOperator,
  endOperatorSession,
  listStoredAuditEntries,
  listStoredOperators,
  openOperatorSession,
  resolveOperatorSession,
  verifyStoredAuditTrail,
} from '@openrecognize/contracts';
import { registerEndpoint } from '@openrecognize/service-kit';
import { hashPassword } from '../../commands/administration/password-hash.ts';
import { signInOperator } from '../../commands/administration/sign-in-operator.ts';
import { decodeBase64Field } from '../../commands/base64-field.ts';
import type { MountRoute } from '../mount-route.ts';
import { foundOr, unlessRefused } from './outcome.ts';

/** Chain of the installation. */
const INSTALLATION = 0;

const tokenOf = (body: { readonly tokenSha256: string }): Uint8Array =>
  decodeBase64Field(body.tokenSha256, '/tokenSha256', 32);

/** Operators, their sessions, and the trail of what they did. */
export const operatorRoutes: MountRoute = (app, guards, context) => {
  const { store, nowMs, newUuid } = context;
  registerEndpoint(app, guards, listStoredOperators, async ({ query }) => ({
    operators: await store.listOperators(query.tenantId),
  }));
  registerEndpoint(app, guards, addOperator, async ({ body }) => {
    const { name, role, tenantId, onlyIfNone = false, password, act } = body;
    const passwordHash = await hashPassword(password);
    const operator = { operatorId: newUuid(), name, role, tenantId, passwordHash, onlyIfNone };
    return unlessRefused(await store.addOperator(operator, act, nowMs()), { conflict: 'CONFLICT' });
  });
  registerEndpoint(app, guards, changeOperator, async ({ params, body }) => {
    const { password, role, disabled } = body.changes;
    const changes = {
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabled }),
      ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
    };
    const changed = await store.changeOperator(params.operatorId, body.tenantId, changes, body.act, nowMs());
    return unlessRefused(changed, { 'not-found': 'NOT_FOUND', 'last-admin': 'CONFLICT' });
  });
  registerEndpoint(app, guards, openOperatorSession, ({ body }) => signInOperator(context, body));
  registerEndpoint(app, guards, resolveOperatorSession, async ({ body }) => {
    const found = await store.resolveSession(tokenOf(body), body.idleTimeoutSeconds * 1000, nowMs());
    return foundOr(found, 'OPERATOR_SESSION_INVALID');
  });
  registerEndpoint(app, guards, endOperatorSession, async ({ body }) => {
    await store.endSession(tokenOf(body));
    return undefined;
  });
  registerEndpoint(app, guards, listStoredAuditEntries, ({ query }) =>
    store.listAuditEntries(query.tenantId ?? INSTALLATION, query),
  );
  registerEndpoint(app, guards, verifyStoredAuditTrail, ({ query }) =>
    store.verifyAuditChain(query.tenantId ?? INSTALLATION),
  );
};
