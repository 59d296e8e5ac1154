interface KnownRoute {
  readonly method: string;
  readonly pattern: RegExp;
}

const patternOf = (url: string): RegExp => {
  const source = url
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.*';
      if (segment.includes(':')) return '[^/]+';
      return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}$`);
};

/** Which methods a path answers to: what tells 405 from 404. */
export interface RouteTable {
  add(method: string | readonly string[], url: string): void;
  /** Methods of the routes that match `url` (path and query), sorted. */
  methodsOf(url: string): readonly string[];
}

export const createRouteTable = (): RouteTable => {
  const routes: KnownRoute[] = [];
  return {
    add(method, url) {
      for (const one of typeof method === 'string' ? [method] : method) {
        routes.push({ method: one, pattern: patternOf(url) });
      }
    },
    methodsOf(url) {
      const path = url.split(/[?#]/, 1)[0]!;
      const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
      return [...new Set(methods)].sort();
    },
  };
};
