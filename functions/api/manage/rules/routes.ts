import * as z from 'zod';
import type { Access } from '../../../contract/api-tokens.ts';
import { exampleIds } from '../examples.ts';
import { nothing, successSchema } from '../fields.ts';
import { memberText } from '../json-text.ts';
import { each, type Route, route, shown } from '../route.ts';
import { reorderRules } from './reorder.ts';
import { ruleChange, ruleFilter, ruleInput, ruleOrders } from './rule-input.ts';
import { ruleView, ruleViewSchema } from './rule-view.ts';
import { createRule, deleteRule, getRule, listRules, type RuleDeps, updateRule } from './rules.ts';

const ruleExample = {
  name: 'OpenCode investigation',
  ruleType: 'agent' as const,
  externalKey: 'opencode',
  config: {
    agentType: 'opencode',
    integrationId: exampleIds.integrationId,
    endpoint: 'https://opencode.internal.corp:4096',
    openCodeModel: { providerID: 'anthropic', modelID: 'claude-sonnet-4-20250514' },
    pollInterval: 15_000,
    maxPollAttempts: 200,
    config: { directory: '/srv/checkout' },
  },
};

export const ruleRoutes = (deps: RuleDeps): Route[] => [
  route({
    method: 'POST',
    path: '/relay/{relayId}/rules',
    operation: 'createRule',
    summary: 'Makes a rule of a relay, or updates the rule of the same external key.',
    envelope: 'rule',
    query: nothing,
    body: ruleInput,
    example: ruleExample,
    answer: ruleViewSchema,
    run: async ({ parameter, body, bodyText, ...by }) =>
      shown(await createRule(deps, parameter('relayId'), body, sent(bodyText, by)), ruleView),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/rules',
    operation: 'listRules',
    summary: 'Rules of a relay by order, then by age.',
    envelope: 'rules',
    query: ruleFilter,
    body: nothing,
    answer: z.array(ruleViewSchema),
    run: async ({ parameter, query }) => shown(await listRules(deps, parameter('relayId'), query), each(ruleView)),
  }),
  route({
    method: 'GET',
    path: '/relay/{relayId}/rules/{ruleId}',
    operation: 'getRule',
    summary: 'One rule.',
    envelope: 'rule',
    query: nothing,
    body: nothing,
    answer: ruleViewSchema,
    run: async ({ parameter }) => shown(await getRule(deps, ruleOf(parameter)), ruleView),
  }),
  route({
    method: 'PUT',
    path: '/relay/{relayId}/rules/{ruleId}',
    operation: 'updateRule',
    summary: 'Changes the fields that the body names; the config is replaced as a whole.',
    envelope: 'rule',
    query: nothing,
    body: ruleChange,
    example: { enabled: false },
    answer: ruleViewSchema,
    run: async ({ parameter, body, bodyText, ...by }) =>
      shown(await updateRule(deps, ruleOf(parameter), body, sent(bodyText, by)), ruleView),
  }),
  route({
    method: 'PUT',
    path: '/relay/{relayId}/rules/reorder',
    operation: 'reorderRules',
    summary: 'Gives the named rules another order; the others keep theirs.',
    envelope: 'rules',
    query: nothing,
    body: ruleOrders,
    example: { rules: [{ id: exampleIds.ruleId, order: 1 }] },
    answer: z.array(ruleViewSchema),
    run: async ({ parameter, body, ...by }) =>
      shown(await reorderRules(deps, parameter('relayId'), body, by), each(ruleView)),
  }),
  route({
    method: 'DELETE',
    path: '/relay/{relayId}/rules/{ruleId}',
    operation: 'deleteRule',
    summary: 'Takes a rule out: no alert meets it any more.',
    query: nothing,
    body: nothing,
    answer: successSchema,
    run: ({ parameter, caller }) => deleteRule(deps, ruleOf(parameter), caller),
  }),
];

const ruleOf = (parameter: (name: 'relayId' | 'ruleId') => string) => ({
  relayId: parameter('relayId'),
  id: parameter('ruleId'),
});

const sent = (bodyText: string, { caller, access }: { caller: string; access: Access }) => ({
  caller,
  access,
  configJson: memberText(bodyText, 'config'),
});
