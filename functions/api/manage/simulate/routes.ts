import { nothing } from '../fields.ts';
import { type Route, route } from '../route.ts';
import { type SimulateDeps, simulate } from './simulate.ts';
import { sentBody, simulationInput } from './simulation-input.ts';
import { simulationSchema } from './simulation-view.ts';

const simulationExample = {
  simulateAt: '2027-03-01T12:00:00Z',
  alert: { title: 'Checkout totals are wrong', severity: 'critical' as const, externalId: 'checkout-totals' },
};

export const simulateRoutes = (deps: SimulateDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/simulate',
    operation: 'simulateRelay',
    summary: 'Tells what each rule would do with an alert or a raw payload, and why. Sends, starts and stores nothing.',
    changes: false,
    query: nothing,
    body: simulationInput,
    example: simulationExample,
    answer: simulationSchema,
    run: ({ parameter, body, bodyText }) => simulate(deps, parameter('relayId'), body, sentBody(body, bodyText)),
  }),
];
