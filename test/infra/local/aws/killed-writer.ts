import { join } from 'node:path';
import { Queues } from '../../../../infra/local/aws/queues.ts';
import { Tables } from '../../../../infra/local/aws/tables.ts';
import { realClock } from '../../../../infra/local/real-clock.ts';

/** A process of its own that writes, says so, and waits to be killed. Started by kill.test.ts with a folder. */
const directory = process.argv[2] ?? '';
const common = { region: 'eu-central-1', account: '000000000000' };
const tables = await Tables.open({ ...common, directory: join(directory, 'tables') });
await tables.ensure({
  name: 'relay',
  attributes: [{ name: 'pk', type: 'S' }],
  keySchema: [{ name: 'pk', type: 'HASH' }],
});
const urlOf = (name: string) => name;
const queues = await Queues.open({ ...common, directory: join(directory, 'queues'), clock: realClock, urlOf });
queues.ensure({ name: 'q', visibilityTimeoutSeconds: 60, retentionSeconds: 600, maximumMessageBytes: 1_000 });
await tables.call('PutItem', { TableName: 'relay', Item: { pk: { S: 'written' } } });
await queues.call('SendMessage', { QueueUrl: 'q', MessageBody: 'written' });
queues.receive('q', 1);
process.stdout.write('written\n');
// Until killed, or until its parent is gone.
process.stdin.resume();
