import { nothing } from '../fields.ts';
import { memberText } from '../json-text.ts';
import { each, type Route, route, shown } from '../route.ts';
import { ruleChange, ruleFilter, ruleInput } from './rule-input.ts';
import { ruleView } from './rule-view.ts';
import { createRule, deleteRule, getRule, listRules, type RuleDeps, updateRule } from './rules.ts';

export const ruleRoutes = (deps: RuleDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/rules',
    envelope: 'rule',
    query: nothing,
    body: ruleInput,
    run: async ({ parameter, body, bodyText, caller }) =>
      shown(await createRule(deps, parameter('relayId'), body, sent(bodyText, caller)), ruleView),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/rules',
    envelope: 'rules',
    query: ruleFilter,
    body: nothing,
    run: async ({ parameter, query }) => shown(await listRules(deps, parameter('relayId'), query), each(ruleView)),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/rules/{ruleId}',
    envelope: 'rule',
    query: nothing,
    body: nothing,
    run: async ({ parameter }) => shown(await getRule(deps, ruleOf(parameter)), ruleView),
  }),
  route({
    method: 'PUT',
    path: '/relay/{relayId}/rules/{ruleId}',
    envelope: 'rule',
    query: nothing,
    body: ruleChange,
    run: async ({ parameter, body, bodyText, caller }) =>
      shown(await updateRule(deps, ruleOf(parameter), body, sent(bodyText, caller)), ruleView),
  }),
  route({
    method: 'DELETE',
    path: '/relay/{relayId}/rules/{ruleId}',
    query: nothing,
    body: nothing,
    run: ({ parameter, caller }) => deleteRule(deps, ruleOf(parameter), caller),
  }),
];

const ruleOf = (parameter: (name: 'relayId' | 'ruleId') => string) => ({
  relayId: parameter('relayId'),
  id: parameter('ruleId'),
});

const sent = (bodyText: string, caller: string) => ({ caller, configJson: memberText(bodyText, 'config') });
