/**
 * `databaseUrl` with settings for every connection.
 *
 * Plans are made once: all statements go by a key, so that a plan for the values at hand is never better, yet by its own
 * count of costs PostgreSQL would plan the reservation anew each time, which doubles its duration.
 */
export const withSessionSettings = (databaseUrl: string): string => {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const wanted = '-c search_path=circuit_storage -c plan_cache_mode=force_generic_plan';
  url.searchParams.set('options', given === null ? wanted : `${wanted} ${given}`);
  return url.href;
};
