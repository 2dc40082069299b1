import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Queues } from '../../../../infra/local/aws/queues.ts';
import { Tables } from '../../../../infra/local/aws/tables.ts';
import { realClock } from '../../../../infra/local/real-clock.ts';
import { smallDisk } from '../../../support/small-disk.ts';
import { account, region } from './fixture.ts';

/** Takes all the room there is; returns the way to give it back. */
function fill(directory: string): () => void {
  const file = join(directory, 'fill');
  for (const bytes of [1024 * 1024, 4096, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // Full, to within the next smaller size.
    }
  }
  return () => rmSync(file);
}

const put = (tables: Tables, pk: string) =>
  tables.call('PutItem', { TableName: 'relay', Item: { pk: { S: pk }, text: { S: 'x'.repeat(10_000) } } });

test('a full disk refuses what it cannot keep, loses nothing that it took, and is used again once there is room', async (context) => {
  const disk = smallDisk(24);
  if (disk === undefined) return context.skip('this user may not mount a small disk');
  const directory = join(disk, 'tables');
  const open = () => Tables.open({ directory, region, account });
  const tables = await open();
  const keySchema = [{ name: 'pk', type: 'HASH' as const }];
  await tables.ensure({ name: 'relay', attributes: [{ name: 'pk', type: 'S' }], keySchema });
  const place = { region, account, clock: realClock, urlOf: (name: string) => name };
  const queues = await Queues.open({ ...place, directory: join(disk, 'queues') });
  queues.ensure({ name: 'q', visibilityTimeoutSeconds: 30, retentionSeconds: 600, maximumMessageBytes: 100_000 });
  const kept: string[] = [];
  const keep = async (pk: string) => {
    await put(tables, pk);
    kept.push(pk);
  };

  for (let round = 0; round < 3; round++) {
    await keep(`before ${round}`);
    const free = fill(disk);
    for (let index = 0; index < 5; index++) await expect(put(tables, `full ${index}`)).rejects.toThrow();
    expect(() => queues.send('q', 'x'.repeat(50_000))).toThrow('ENOSPC');
    expect(await tables.call('DescribeTable', { TableName: 'relay' })).toMatchObject({ Table: { TableName: 'relay' } });
    free();
    await keep(`after ${round}`);
    queues.send('q', `after ${round}`);
  }
  expect(queues.receive('q', 10).map(({ body }) => body)).toEqual(['after 0', 'after 1', 'after 2']);
  await queues.close();
  await tables.close();

  const again = await open();
  onTestFinished(() => again.close());
  for (const pk of kept) {
    const found = await again.call('GetItem', { TableName: 'relay', Key: { pk: { S: pk } } });
    expect(found, pk).toHaveProperty('Item');
  }
});
