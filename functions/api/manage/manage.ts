import { type ApiAnswer, type ApiRequest, errorBody } from '../../contract/api.ts';
import type { AuditTrail } from '../../ports.ts';
import { toJson } from './json-text.ts';
import { refuseOnCall } from './on-call/routes.ts';
import { ApiRefusal, notFound } from './refusal.ts';
import { match, type Route, segmentsOf } from './route.ts';

const UNKNOWN_ROUTE = 'unknown';

/** For callers that keep no audit log. */
const noTrail: Pick<AuditTrail, 'started'> = { started: async () => {} };

/** The management API over its table of routes. Throws only what is the relay's own fault. */
export const manage =
  (routes: readonly Route[], trail = noTrail) =>
  async (request: ApiRequest): Promise<ApiAnswer> => {
    const segments = segmentsOf(request.path) ?? [];
    const matching = routes
      .flatMap((route): RouteMatch[] => {
        const parameters = match(route.path, segments);
        return parameters ? [{ route, parameters }] : [];
      })
      // A literal segment wins over a parameter.
      .sort((a, b) => a.parameters.size - b.parameters.size);
    const found = matching.find(({ route }) => route.method === request.method);
    if (!found) return refuseUnmatched(request.method, segments, matching);

    if (found.route.changes) await trail.started(found.route.operation);
    const result = await found.route.run(request, found.parameters);
    if (result instanceof ApiRefusal) return refuse(found.route.path, result);
    const { envelope, path } = found.route;
    return { status: 200, body: toJson(envelope === undefined ? result : { [envelope]: result }), route: path };
  };

interface RouteMatch {
  route: Route;
  parameters: Map<string, string>;
}

/** `matching` are the routes of other methods. */
function refuseUnmatched(method: string, [resource]: string[], matching: RouteMatch[]): ApiAnswer {
  const onCall = refuseOnCall(method, resource);
  if (onCall) return refuse(`/${resource}`, onCall);
  const [first] = matching;
  return first ? refuse(first.route.path, wrongMethod(matching)) : refuse(UNKNOWN_ROUTE, notFound('route'));
}

function wrongMethod(matching: RouteMatch[]): ApiRefusal {
  const allow = [...new Set(matching.map(({ route }) => route.method))].sort().join(', ');
  return new ApiRefusal(405, 'method_not_allowed', `This route takes ${allow}.`, { headers: { allow } });
}

const refuse = (route: string, { status, code, message, issues, headers }: ApiRefusal): ApiAnswer => ({
  status,
  body: errorBody(code, message, issues),
  headers,
  route,
});
