/**
 * In a process of its own: `result-process.ts SERVER S3` collects the session that `SERVER` tells of into the bucket
 * behind `S3`, and prints how many files it has, and how much memory the process held before and at most, in MB.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { auditPatch } from '../../functions/adapters/opencode/audit-patch.ts';
import { connectSessionServers } from '../../functions/adapters/opencode/session-servers.ts';
import { connectResults } from '../../functions/adapters/results.ts';
import { prepareCollecting } from '../sessions/prepare.ts';
import { sampleAnswer, sampleExecution, sampleRef, sampleSession } from '../support/fakes/samples.ts';

const [endpoint = '', s3 = ''] = process.argv.slice(2);
const credentials = { read: async () => ({ username: 'opencode', password: 'none of these' }) };
const servers = connectSessionServers({
  credentials,
  bindings: { originsOf: async (_, asked) => [asked] },
  ...{ privateHosts: '127.0.0.1', privateRanges: 'allowed' },
});
const server = servers.connect({ endpoint, integrationId: 'int_1' }, 'v1');
/** A shell that keeps what it is told and finds nothing amiss. */
const run = async (command: string) => {
  const nonce = /\b[0-9a-f]{16}\b/.exec(command)?.[0];
  return `${nonce} kept\n${nonce} done\n`;
};
const results = connectResults(
  'results',
  new S3Client({
    endpoint: s3,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  }),
);
const { run: collect } = prepareCollecting(
  {
    turnDiff: server.turnDiff,
    workingTreeDiff: async () => null,
    auditPatch: ({ baseCommit }, patches, named) => auditPatch(run, baseCommit, patches, named),
    messages: async () => [sampleAnswer()],
    session: async () => sampleSession(),
  },
  { results, budgets: { spend: async () => {} } },
);
const mb = (bytes: number) => Math.round(bytes / 1e6);
const startMb = mb(process.memoryUsage.rss());
const { result } = await collect({ execution: sampleExecution({ resultScan: 'off' }), session: sampleRef() });
console.log(JSON.stringify({ files: result?.files, startMb, peakMb: mb(process.resourceUsage().maxRSS * 1_024) }));
process.exit(0);
