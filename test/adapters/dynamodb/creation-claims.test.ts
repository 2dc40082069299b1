import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCreationClaims } from '../../../functions/adapters/dynamodb/creation-claims.ts';
import type { Table } from '../../../functions/adapters/dynamodb/table.ts';
import type { CreationClaims } from '../../../functions/ports.ts';
import { startTable } from '../../support/table.ts';

const at = (seconds: number) => new Date(Date.parse('2027-03-01T12:00:00.000Z') + seconds * 1_000);

describe('creation claims', () => {
  let table: Table;
  let stop: () => Promise<void>;
  let claims: CreationClaims;

  beforeAll(async () => {
    ({ table, stop } = await startTable());
    claims = createCreationClaims(table);
  });
  afterAll(() => stop());

  test('the first one gives its id to all within a minute of it, wherever the minute begins', async () => {
    expect(await claims.claim('c1', 'int_1', at(59))).toBe('int_1');
    expect(await claims.claim('c1', 'int_2', at(61))).toBe('int_1');
    expect(await claims.claim('c1', 'int_3', at(118.999))).toBe('int_1');
    expect(await claims.claim('c1', 'int_4', at(119))).toBe('int_4');
    expect(await claims.claim('other', 'int_5', at(119))).toBe('int_5');
  });

  test('of ten at once one wins', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `int_${index}`);
    const claimed = await Promise.all(ids.map((id) => claims.claim('race', id, at(0))));
    expect(new Set(claimed).size).toBe(1);
  });

  test('a claim is replaced only by who knows it', async () => {
    await claims.claim('c2', 'int_1', at(0));
    expect(await claims.renew('c2', 'int_1', 'int_2', at(1))).toBe('int_2');
    expect(await claims.renew('c2', 'int_1', 'int_3', at(1))).toBe('int_2');
    expect(await claims.claim('c2', 'int_4', at(2))).toBe('int_2');
  });

  test('the row ends with its minute', async () => {
    await claims.claim('c3', 'int_1', at(0));
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk: 'CREATE#c3', sk: 'CREATE' } }),
    );
    expect(Item?.expiresAt).toBe(at(60).getTime() / 1_000);
  });
});
