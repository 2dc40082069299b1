import { type ApiAnswer, type ApiRequest, errorBody } from '../../contract/api.ts';
import type { AuditTrail } from '../../ports.ts';
import { toJson } from './json-text.ts';
import { ApiRefusal, notFound } from './refusal.ts';
import { match, type Route, segmentsOf } from './route.ts';

/** Parts of the public contract that this server leaves to others, by their first segment, and what to use instead. */
const elsewhere = new Map([
  [
    'schedule',
    'On-call schedules are not supported. Keep them in your paging tool, and let it subscribe to the event "OpenCode session finished".',
  ],
  [
    'contact-methods',
    'Contact methods are not supported. Notify people by a rule on the event "OpenCode session finished".',
  ],
]);

const UNKNOWN_ROUTE = 'unknown';

/** For callers that keep no audit log. */
const noTrail: Pick<AuditTrail, 'started'> = { started: () => {} };

/** The management API over its table of routes. Throws only what is the relay's own fault. */
export const manage =
  (routes: readonly Route[], trail = noTrail) =>
  async (request: ApiRequest): Promise<ApiAnswer> => {
    const segments = segmentsOf(request.path) ?? [];
    const instead = elsewhere.get(segments[0] ?? '');
    if (instead !== undefined) return refuse(`/${segments[0]}`, new ApiRefusal(501, 'not_supported', instead));

    const matching = routes
      .flatMap((route): Match[] => {
        const parameters = match(route.path, segments);
        return parameters ? [{ route, parameters }] : [];
      })
      // A literal segment wins over a parameter.
      .sort((a, b) => a.parameters.size - b.parameters.size);
    const [first] = matching;
    if (!first) return refuse(UNKNOWN_ROUTE, notFound('route'));
    const found = matching.find(({ route }) => route.method === request.method);
    if (!found) return refuse(first.route.path, wrongMethod(matching));

    if (found.route.changes) trail.started(found.route.operation);
    const result = await found.route.run(request, found.parameters);
    if (result instanceof ApiRefusal) return refuse(found.route.path, result);
    const { envelope, path } = found.route;
    return { status: 200, body: toJson(envelope === undefined ? result : { [envelope]: result }), route: path };
  };

interface Match {
  route: Route;
  parameters: Map<string, string>;
}

function wrongMethod(matching: Match[]): ApiRefusal {
  const allow = [...new Set(matching.map(({ route }) => route.method))].sort().join(', ');
  return new ApiRefusal(405, 'method_not_allowed', `This route takes ${allow}.`, { headers: { allow } });
}

const refuse = (route: string, { status, code, message, issues, headers }: ApiRefusal): ApiAnswer => ({
  status,
  body: errorBody(code, message, issues),
  headers,
  route,
});
