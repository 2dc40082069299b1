import { expect, test } from 'vitest';
import { reorderRules } from '../../../../functions/api/manage/rules/reorder.ts';
import { ruleOrders } from '../../../../functions/api/manage/rules/rule-input.ts';
import { sampleRule } from '../../../support/fakes/alert-samples.ts';
import { fakeManagement, fullAccess } from '../../../support/fakes/management.ts';
import { made } from '../made.ts';

const prepare = () => {
  const storedRules = ['a', 'b', 'c'].map((id, order) => sampleRule({ id, relayId: 'rly_1', order, version: 1 }));
  return fakeManagement({ storedRules });
};
const orders = (rules: { order: number; id: string }[]) =>
  Object.fromEntries(rules.map(({ id, order }) => [id, order]));

const by = { caller: 'ci', access: fullAccess };

test('the named rules move, the others keep their order, and a rule that is there already is not written', async () => {
  const { deps, rules } = prepare();
  const wanted = {
    rules: [
      { id: 'a', order: 2 },
      { id: 'b', order: 1 },
    ],
  };
  expect(orders(made(await reorderRules(deps, 'rly_1', wanted, by)))).toEqual({ a: 2, b: 1, c: 2 });
  expect(rules.rules.get('a')).toMatchObject({ version: 2, updatedBy: 'ci' });
  expect(rules.rules.get('b')).toMatchObject({ version: 1 });
  // What a config-as-code tool sends where it has no rules.
  expect(made(await reorderRules(deps, 'rly_1', { rules: [] }, by))).toHaveLength(3);
});

test('a foreign rule refuses the whole before anything is written', async () => {
  const { deps, rules } = prepare();
  rules.rules.set('foreign', sampleRule({ id: 'foreign', relayId: 'rly_2' }));
  const wanted = {
    rules: [
      { id: 'a', order: 9 },
      { id: 'foreign', order: 1 },
      { id: 'unknown', order: 1 },
    ],
  };
  expect(await reorderRules(deps, 'rly_1', wanted, by)).toMatchObject({
    status: 400,
    issues: [
      { path: ['rules', 1, 'id'], code: 'unknown_rule' },
      { path: ['rules', 2, 'id'], code: 'unknown_rule' },
    ],
  });
  expect(rules.rules.get('a')?.order).toBe(0);
  expect(await reorderRules(deps, 'rly_unknown', { rules: [] }, by)).toMatchObject({ status: 404 });
});

test.each([
  [
    'the same rule twice',
    [
      { id: 'a', order: 1 },
      { id: 'a', order: 2 },
    ],
  ],
  ['an order below 0', [{ id: 'a', order: -1 }]],
  ['an order that is no whole number', [{ id: 'a', order: 1.5 }]],
  ['a rule without an order', [{ id: 'a' }]],
])('%s is refused', (_, rules) => {
  expect(ruleOrders.safeParse({ rules }).success).toBe(false);
});

test('other changes at the same time stand, and what cannot be made after two tries is a conflict', async () => {
  const { deps, rules } = prepare();
  let meanwhile = true;
  const update: typeof rules.update = async (rule) => {
    const stored = rules.rules.get(rule.id);
    if (meanwhile && stored) rules.rules.set(rule.id, { ...stored, name: 'Renamed', version: stored.version + 1 });
    meanwhile = false;
    return rules.update(rule);
  };
  const wanted = { rules: [{ id: 'a', order: 5 }] };
  await reorderRules({ ...deps, rules: { ...rules, update } }, 'rly_1', wanted, by);
  expect(rules.rules.get('a')).toMatchObject({ name: 'Renamed', order: 5 });
  const losing = { ...deps, rules: { ...rules, update: async () => false } };
  expect(await reorderRules(losing, 'rly_1', { rules: [{ id: 'b', order: 7 }] }, by)).toMatchObject({ status: 409 });
});
