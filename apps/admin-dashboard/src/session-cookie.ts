/** Random, 256 bits, base64url: anything else in the cookie is no session. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export interface SessionCookieOptions {
  readonly name: string;
  /** The page is reached over https: the cookie never travels without, and no other host can set it. */
  readonly secure: boolean;
}

/** The cookie that carries an operator's session token; scripts of the page cannot read it. */
export interface SessionCookie {
  /** Token in a `cookie` header, or undefined. */
  read(header: string | undefined): string | undefined;
  /** `set-cookie` value; `lifetimeSeconds` at least 0. */
  write(token: string, lifetimeSeconds: number): string;
  /** `set-cookie` value that removes it. */
  clear(): string;
}

export const createSessionCookie = (options: SessionCookieOptions): SessionCookie => {
  const name = options.secure ? `__Host-${options.name}` : options.name;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`;
  return {
    read(header) {
      for (const pair of header?.split(';') ?? []) {
        const [key, value = ''] = pair.split('=', 2);
        if (key?.trim() === name && TOKEN.test(value.trim())) return value.trim();
      }
      return undefined;
    },
    write: (token, lifetimeSeconds) =>
      `${name}=${token}; Max-Age=${Math.max(0, Math.floor(lifetimeSeconds))}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
};
