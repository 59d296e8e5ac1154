export { createFetchJwks, type FetchJwks, type FetchJwksOptions } from './fetch-jwks.ts';
export { createKeySetCache, type KeySetCache } from './key-set-cache.ts';
export { createPersistentUsedTokenStore } from './persistent-used-token-store.ts';
export { type UserAuthorizationSettings, userAuthorizationOf } from './tenant-user-authorization.ts';
export { createMemoryUsedTokenStore, type UsedTokenStore } from './used-token-store.ts';
export {
  type AuthorizationRequest,
  authorizationAudience,
  clockSkewSeconds,
  createUserAuthorization,
  maxLifetimeSeconds,
  type UserAuthorization,
} from './user-authorization.ts';
