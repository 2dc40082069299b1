import type { Access } from '../../../contract/api-tokens.ts';
import type { Rule } from '../../../domain/rule/rule.ts';
import type { Clock, CreationClaims, RelayStore, RuleStore } from '../../../ports.ts';
import { change, isSame } from '../change.ts';
import { creationDigest, idOfCreation } from '../creation.ts';
import { type Ids, keyedId } from '../ids.ts';
import { ApiRefusal, invalid, notFound } from '../refusal.ts';
import { type CheckEndpointDeps, checkEndpoint } from './check-endpoint.ts';
import { roomProblem } from './room.ts';
import type { RuleChange, RuleFilter, RuleInput } from './rule-input.ts';

export interface RuleDeps extends CheckEndpointDeps {
  relays: Pick<RelayStore, 'get'>;
  rules: RuleStore;
  claims: CreationClaims;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
}

interface ChangeDeps {
  rules: Pick<RuleStore, 'get' | 'update'>;
  clock: Pick<Clock, 'now'>;
}

/** Who asks, what he may do, and the text of `config` letter for letter. */
interface Sent {
  caller: string;
  access: Access;
  configJson: string | undefined;
}

/**
 * Makes a rule, or updates the rule of the same external key in this relay: what the input does not name stays as it is
 * there. A deleted rule of that key comes back as a new one, and its versions go on.
 */
export async function createRule(
  deps: RuleDeps,
  relayId: string,
  input: RuleInput,
  { caller, access, configJson = '{}' }: Sent,
): Promise<Rule | ApiRefusal> {
  if (!(await deps.relays.get(relayId))) return notFound('relay');
  const { externalKey } = input;
  const now = deps.clock.now().toISOString();
  const fresh: Rule = {
    id:
      externalKey === undefined
        ? await unkeyedId(deps, relayId, input, { caller, configJson })
        : keyedId('rul', relayId, externalKey),
    relayId,
    name: input.name,
    group: input.group ?? 'default',
    ...(externalKey !== undefined && { externalKey }),
    order: input.order ?? 0,
    delayMinutes: input.delayMinutes ?? 0,
    ruleType: input.ruleType,
    configJson,
    enabled: input.enabled ?? true,
    version: 1,
    createdBy: caller,
    updatedBy: caller,
    createdAt: now,
    updatedAt: now,
  };
  const full = await roomProblem(deps, fresh);
  if (full) return full;
  const problem = await checkEndpoint(deps, input.config, access);
  if (problem) return problem;
  if (await deps.rules.create(fresh)) return fresh;
  return changeRule(deps, fresh, caller, (stored) =>
    stored.deletedAt === undefined ? merged(stored, input, configJson) : fresh,
  );
}

/** Two rules of the same content would start two sessions for each alert: a repeated creation is found again. */
const unkeyedId = (
  deps: RuleDeps,
  relayId: string,
  input: RuleInput,
  { caller, configJson = '' }: Pick<Sent, 'caller' | 'configJson'>,
) =>
  idOfCreation(deps.claims, {
    digest: creationDigest('createRule', caller, relayId, JSON.stringify({ ...input, config: configJson })),
    freshId: deps.ids.random('rul'),
    at: deps.clock.now(),
    isUntouched: async (id) => {
      const stored = await deps.rules.get(relayId, id);
      return stored === undefined || stored.version === 1;
    },
  });

/** Changes what the input names. */
export async function updateRule(
  deps: RuleDeps,
  id: Pick<Rule, 'relayId' | 'id'>,
  input: RuleChange,
  { caller, access, configJson }: Sent,
): Promise<Rule | ApiRefusal> {
  const { config } = input;
  const misfit = await typeProblem(deps, id, input);
  if (misfit) return misfit;
  const problem = config && (await checkEndpoint(deps, config, access));
  if (problem) return problem;
  return changeRule(deps, id, caller, (stored) =>
    stored.deletedAt === undefined ? merged(stored, input, configJson) : undefined,
  );
}

/** The rule stays stored for the audit, and no alert meets it any more. */
export async function deleteRule(
  deps: ChangeDeps,
  id: Pick<Rule, 'relayId' | 'id'>,
  caller: string,
): Promise<{ success: true } | ApiRefusal> {
  const deletedAt = deps.clock.now().toISOString();
  const result = await changeRule(deps, id, caller, (stored) =>
    stored.deletedAt === undefined ? { ...stored, deletedAt } : undefined,
  );
  return result instanceof ApiRefusal ? result : { success: true };
}

export async function getRule({ rules }: RuleDeps, { relayId, id }: Pick<Rule, 'relayId' | 'id'>) {
  const rule = await rules.get(relayId, id);
  return rule && rule.deletedAt === undefined ? rule : notFound('rule');
}

/** By order, then by age. */
export async function listRules({ relays, rules }: RuleDeps, relayId: string, filter: RuleFilter) {
  if (!(await relays.get(relayId))) return notFound('relay');
  const { enabled, ruleType } = filter;
  return (await rules.listByRelay(relayId)).filter(
    (rule) => (enabled ?? rule.enabled) === rule.enabled && (ruleType ?? rule.ruleType) === rule.ruleType,
  );
}

/** Writes the next version of a stored rule, under the condition that nobody wrote it in between. */
const changeRule = (
  { rules, clock }: ChangeDeps,
  { relayId, id }: Pick<Rule, 'relayId' | 'id'>,
  caller: string,
  next: (stored: Rule) => Rule | undefined,
): Promise<Rule | ApiRefusal> =>
  change<Rule>({
    what: 'rule',
    read: () => rules.get(relayId, id),
    next: async (stored) => {
      const wanted = next(stored);
      if (!wanted) return notFound('rule');
      // A request that arrives twice makes one version.
      if (isSame(stored, wanted)) return stored;
      const updatedAt = clock.now().toISOString();
      return { ...wanted, version: stored.version + 1, updatedBy: caller, updatedAt };
    },
    write: (rule) => rules.update(rule),
  });

const merged = (stored: Rule, input: RuleChange, configJson: string | undefined): Rule => ({
  ...stored,
  name: input.name ?? stored.name,
  group: input.group ?? stored.group,
  order: input.order ?? stored.order,
  delayMinutes: input.delayMinutes ?? stored.delayMinutes,
  ruleType: input.ruleType ?? stored.ruleType,
  configJson: configJson ?? stored.configJson,
  enabled: input.enabled ?? stored.enabled,
});

/** Type and config change together: the config of one type says nothing to the other. */
async function typeProblem(
  { rules }: ChangeDeps,
  { relayId, id }: Pick<Rule, 'relayId' | 'id'>,
  { ruleType, config }: RuleChange,
): Promise<ApiRefusal | undefined> {
  if (ruleType === undefined && config === undefined) return undefined;
  const rule = await rules.get(relayId, id);
  if (!rule || rule.deletedAt !== undefined) return notFound('rule');
  const stored = rule.ruleType;
  const wanted = ruleType ?? stored;
  const given = config === undefined ? stored : 'integrationId' in config ? 'agent' : 'webhook';
  if (given === wanted) return undefined;
  const message = `must be that of ${wanted === 'agent' ? 'an agent' : 'a webhook'} rule, since ruleType is "${wanted}".`;
  return invalid([{ path: ['config'], code: 'wrong_config', message }]);
}
