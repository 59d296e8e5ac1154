/**
 * Settings that suit services whose statements all go by a key: each is planned once per connection. A plan for the
 * values at hand is never better then, yet by its own count of costs PostgreSQL would often make one each time, which
 * doubles the duration of a short statement.
 */
export const plannedOnce = { plan_cache_mode: 'force_generic_plan' } as const;

/**
 * The address of a database with settings for every connection made by it; what the address itself sets wins.
 *
 * @param settings names and values of PostgreSQL's, without spaces.
 */
export const withSessionSettings = (url: string, settings: Readonly<Record<string, string>>): string => {
  const address = new URL(url);
  const given = address.searchParams.get('options');
  const wanted = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  address.searchParams.set('options', [...wanted, ...(given === null ? [] : [given])].join(' '));
  return address.href;
};
