import type { Severity } from '../../../functions/contract/alert.ts';
import type { Delivery } from '../../../functions/contract/delivery.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import { type RouteAlertDeps, routeAlerts } from '../../../functions/intake/route-alert/route-alert.ts';
import { sampleDelivery, sampleOccurrence, sampleRule } from './alert-samples.ts';
import type { RoutingWorld } from './world.ts';

export const failure = new Error('throttled');
export const fails = async (): Promise<never> => {
  throw failure;
};
/** An alert of its own, whose title no other session works on. */
export const firing = (id: string, title = `${id}-x is down`, severity: Severity = 'high') => ({
  alertId: `alr_${id}`,
  occurrence: sampleOccurrence({ title, severity, fingerprint: `v1:${id}` }),
});
export const delivered = (...items: Delivery['items']): Delivery => sampleDelivery({ items });
/** A rule that calls a webhook. */
export const webhook = (id: string, changes: Partial<Rule> = {}): Rule =>
  sampleRule({
    ...{ id, name: id, ruleType: 'webhook' },
    configJson: JSON.stringify({ endpoint: 'https://chat.internal.corp/hook' }),
    ...changes,
  });

export type Ports = { [Port in keyof RouteAlertDeps]?: Partial<RouteAlertDeps[Port]> };

/** Routes with some methods of some ports replaced. */
export function routeWith(world: RoutingWorld, broken: Ports, ...deliveries: Delivery[]) {
  const deps = world.deps();
  const ports = Object.entries(broken).map(([name, methods]) => {
    const port: unknown = Reflect.get(deps, name);
    return [name, { ...(typeof port === 'object' && port), ...methods }];
  });
  return routeAlerts({ ...deps, ...Object.fromEntries(ports) }, deliveries);
}
