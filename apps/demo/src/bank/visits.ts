import { randomBytes } from 'node:crypto';
import { createExpiringMap } from './expiring-map.ts';

/** A browser at the bank; with a username once a face was recognised. */
export interface Visit {
  readonly token: string;
  readonly username?: string;
}

export interface VisitsOptions {
  /** Name of the cookie. Cookies do not tell ports apart: with several pages on one machine, one name for each. */
  readonly cookieName: string;
  /** The page is reached over https: the cookie never travels without. */
  readonly secure: boolean;
  readonly now: () => number;
}

/** Without a request for so long, a person is signed out. */
const LIFETIME_SECONDS = 900;
const MAX_VISITS = 2_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Visits by their cookie, which no script can read. */
export const createVisits = ({ cookieName, secure, now }: VisitsOptions) => {
  const name = secure ? `__Host-${cookieName}` : cookieName;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  const visits = createExpiringMap<Visit>({ lifetimeMs: LIFETIME_SECONDS * 1_000, limit: MAX_VISITS, now });

  const tokenIn = (header: string | undefined): string | undefined => {
    for (const pair of header?.split(';') ?? []) {
      const [key, value = ''] = pair.split('=', 2);
      if (key?.trim() === name && TOKEN.test(value.trim())) return value.trim();
    }
    return undefined;
  };
  return {
    /** The visit of a `cookie` header, which lasts anew from now. */
    find(header: string | undefined): Visit | undefined {
      const token = tokenIn(header);
      const visit = token === undefined ? undefined : visits.get(token);
      if (visit !== undefined) visits.put(visit.token, visit);
      return visit;
    },
    /** A visit under a new token, so that one that was planted before is worth nothing. @returns undefined: no place */
    begin(username?: string): Visit | undefined {
      const token = randomBytes(32).toString('base64url');
      const visit = username === undefined ? { token } : { token, username };
      return visits.put(token, visit) ? visit : undefined;
    },
    end: ({ token }: Visit): boolean => visits.delete(token),
    cookieOf: ({ token }: Visit): string => `${name}=${token}; Max-Age=${LIFETIME_SECONDS}; ${attributes}`,
    noCookie: (): string => `${name}=; Max-Age=0; ${attributes}`,
  };
};
export type Visits = ReturnType<typeof createVisits>;
