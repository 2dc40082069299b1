import * as z from 'zod';
import { nothing } from '../fields.ts';
import { ApiRefusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';

/** Parts of the public contract that this server leaves to others, by their first segment, and what to use instead. */
const instead = new Map([
  [
    'schedule',
    'On-call schedules are not supported. Keep them in your paging tool, and let it subscribe to the event "OpenCode session finished".',
  ],
  [
    'contact-methods',
    'Contact methods are not supported. Notify people by a rule on the event "OpenCode session finished".',
  ],
]);

/**
 * Nothing can be created there: 501, which the SDK does not try again. Anything else is about one that cannot exist:
 * 404. Undefined for the other resources.
 */
export function refuseOnCall(method: string, resource: string | undefined): ApiRefusal | undefined {
  const message = instead.get(resource ?? '');
  if (message === undefined) return undefined;
  return method === 'POST' ? new ApiRefusal(501, 'not_supported', message) : new ApiRefusal(404, 'not_found', message);
}

/** There are none: clients that list everything there is, as config-as-code tools do, go on. */
const emptyList = z.array(z.never());

export const onCallRoutes = (): Route[] => [
  route({
    method: 'GET',
    path: '/schedule',
    operation: 'listSchedules',
    summary: 'Always empty: on-call schedules are kept in your paging tool.',
    shared: true,
    envelope: 'schedules',
    query: nothing,
    body: nothing,
    answer: emptyList,
    run: async () => [],
  }),
  route({
    method: 'GET',
    path: '/contact-methods',
    operation: 'listContactMethods',
    summary: 'Always empty: this system notifies nobody by itself.',
    shared: true,
    envelope: 'contactMethods',
    query: z.strictObject({ userId: z.string().optional() }),
    body: nothing,
    answer: emptyList,
    run: async () => [],
  }),
];
