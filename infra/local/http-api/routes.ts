/** A route of the template, e.g. `POST /hooks/{webhookKey}`, and the function behind it. */
export interface Route {
  key: string;
  functionArn: string;
}

export interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string>;
}

/** How specific a segment is: the smaller, the more. API Gateway takes the most specific route. */
const EXACT = 0;
const VARIABLE = 1;
const GREEDY = 2;

/** Finds the route for a request: exact segments before `{name}`, that before `{name+}`, and `$default` last. */
export function matchRoute(routes: Route[], method: string, path: string): RouteMatch | undefined {
  const segments = path.split('/').slice(1);
  const matches = routes.flatMap((route) => {
    const match = matchOne(route, method, segments);
    return match ? [match] : [];
  });
  return matches.sort((a, b) => compare(a.rank, b.rank))[0];
}

function matchOne(route: Route, method: string, segments: string[]): (RouteMatch & { rank: number[] }) | undefined {
  if (route.key === '$default') return { route, pathParameters: {}, rank: [GREEDY + 1] };
  const [routeMethod = '', pattern = ''] = route.key.split(' ');
  if (routeMethod !== 'ANY' && routeMethod !== method) return undefined;
  const found = matchPath(pattern.split('/').slice(1), segments);
  return found && { route, pathParameters: found.parameters, rank: [...found.rank, routeMethod === 'ANY' ? 1 : 0] };
}

function matchPath(pattern: string[], segments: string[]) {
  const parameters: Record<string, string> = {};
  const rank: number[] = [];
  for (const [index, part] of pattern.entries()) {
    const found = matchPart(part, segments.slice(index));
    if (!found) return undefined;
    Object.assign(parameters, found.parameters);
    rank.push(found.rank);
    if (found.rank === GREEDY) return { parameters, rank };
  }
  return pattern.length === segments.length ? { parameters, rank } : undefined;
}

function matchPart(part: string, [segment, ...rest]: string[]) {
  if (segment === undefined) return undefined;
  const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
  if (name === undefined) return part === segment ? { parameters: {}, rank: EXACT } : undefined;
  if (greedy) return { parameters: { [name]: [segment, ...rest].join('/') }, rank: GREEDY };
  return segment === '' ? undefined : { parameters: { [name]: segment }, rank: VARIABLE };
}

function compare(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
