import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { output, type System } from './system.ts';

/** Everything that a run leaves where people look: logs, executions and their histories, events, rows and results. */
export async function tracesOf(system: System): Promise<Map<string, string>> {
  const traces = new Map<string, string>();
  for (const arn of await system.executionArns()) {
    traces.set(arn, JSON.stringify([await system.execution(arn), await system.history(arn)]));
  }
  const table = new DynamoDBClient({
    endpoint: system.stack.awsEndpointUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  for await (const page of paginateScan({ client: table }, { TableName: output(system.stack, 'TableName') })) {
    for (const row of page.Items ?? []) traces.set(`row ${row.pk?.S} ${row.sk?.S}`, JSON.stringify(row));
  }
  for (const file of await textFiles(system.dataDirectory)) traces.set(file, await textOf(file));
  return traces;
}

/** Names of the traces in which one of the secrets stands, in clear or as Basic credentials. */
export function tracesWith(traces: Map<string, string>, secrets: { username: string; password: string }[]): string[] {
  const needles = secrets.flatMap(({ username, password }) => [
    password,
    Buffer.from(`${username}:${password}`).toString('base64'),
  ]);
  const header = /"?authorization"?\s*[:=]/i;
  return [...traces]
    .filter(([, text]) => header.test(text) || needles.some((needle) => text.includes(needle)))
    .map(([name]) => name);
}

/**
 * Logs, events, histories, results and queues on disk. Left out: the secret store, whose purpose is to hold secrets.
 */
async function textFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !/secret/i.test(join(entry.parentPath, entry.name).slice(folder.length)))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Nothing where the file went meanwhile, as that of a message does that is done with. */
const textOf = (file: string): Promise<string> =>
  readFile(file, 'latin1').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
