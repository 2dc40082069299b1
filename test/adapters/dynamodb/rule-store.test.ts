import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRuleStore } from '../../../functions/adapters/dynamodb/rule-store.ts';
import type { Rule } from '../../../functions/domain/rule/rule.ts';
import type { RuleStore } from '../../../functions/ports.ts';
import { sampleRule } from '../../support/fakes/alert-samples.ts';
import { startTable } from '../../support/table.ts';

describe('rule store', () => {
  let stop: () => Promise<void>;
  let rules: RuleStore;
  let count = 0;
  let relayId = '';

  beforeAll(async () => {
    const started = await startTable();
    stop = started.stop;
    rules = createRuleStore(started.table);
  });
  afterAll(() => stop());
  beforeEach(() => {
    relayId = `rly_${count++}`;
  });
  const newRule = (changes: Partial<Rule> = {}) => sampleRule({ relayId, version: 1, ...changes });

  test('gives back what was stored, the config letter for letter', async () => {
    const configJson = '{ "b": 1e3, "a": "\\u00fc", "2": {}, "1": [] }';
    const rule = newRule({ configJson, externalKey: 'checkout' });
    expect(await rules.create(rule)).toBe(true);
    expect(await rules.get(relayId, rule.id)).toEqual(rule);
    expect(await rules.get(relayId, 'rul_unknown')).toBeUndefined();
    expect(await rules.get('rly_unknown', rule.id)).toBeUndefined();
  });

  test('a rule that is there stands', async () => {
    await rules.create(newRule());
    expect(await rules.create(newRule({ name: 'another' }))).toBe(false);
    expect(await rules.get(relayId, 'rul_1')).toEqual(newRule());
  });

  test('a change is made to the version before it only', async () => {
    await rules.create(newRule({ externalKey: 'checkout' }));
    const second = newRule({ version: 2, name: 'second' });
    expect(await rules.update(second)).toBe(true);
    expect(await rules.update(newRule({ version: 2, name: 'lost' }))).toBe(false);
    expect(await rules.update(newRule({ version: 4, name: 'too early' }))).toBe(false);
    expect(await rules.update(newRule({ id: 'rul_unknown', version: 2 }))).toBe(false);
    expect(await rules.get(relayId, 'rul_1')).toEqual(second);
    expect(await rules.get(relayId, 'rul_unknown')).toBeUndefined();
  });

  test('lists by order, then by age, without deleted ones and without those of other relays', async () => {
    const day = (number: number) => ({ createdAt: `2027-01-0${number}T00:00:00.000Z` });
    await rules.create(newRule({ id: 'rul_a', order: 10, ...day(1) }));
    await rules.create(newRule({ id: 'rul_b', order: 2, ...day(3) }));
    await rules.create(newRule({ id: 'rul_c', order: 2, ...day(2) }));
    await rules.create(newRule({ id: 'rul_d', order: 2, ...day(3) }));
    await rules.create(newRule({ id: 'rul_e', deletedAt: '2027-02-01T00:00:00.000Z' }));
    await rules.create(sampleRule({ relayId: `${relayId}_other` }));
    expect((await rules.listByRelay(relayId)).map(({ id }) => id)).toEqual(['rul_c', 'rul_b', 'rul_d', 'rul_a']);
    expect(await rules.listByRelay('rly_unknown')).toEqual([]);
    expect((await rules.get(relayId, 'rul_e'))?.deletedAt).toBeDefined();
  });

  test('lists all rules, also where they take several pages', async () => {
    // A page holds 1 MB: 30 rules of 50,000 characters are two.
    const configJson = JSON.stringify({ text: 'x'.repeat(50_000) });
    const many = Array.from({ length: 30 }, (_, order) => newRule({ id: `rul_${order}`, order, configJson }));
    await Promise.all(many.map((rule) => rules.create(rule)));
    expect(await rules.listByRelay(relayId)).toEqual(many);
  });
});
