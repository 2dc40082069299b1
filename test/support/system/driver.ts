import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { connectSessionServers } from '../../../functions/adapters/opencode/session-servers.ts';
import type { Dialect } from '../../../functions/contract/execution.ts';
import type { FileDiff, Session } from '../../../functions/domain/session/session.ts';
import { messageId, partId } from '../../../functions/domain/session/session-ids.ts';
import type { RecognisedServer, SessionServer, SessionServers, WantedSession } from '../../../functions/ports.ts';
import { gitEnvironment } from '../../../infra/local/opencode/git-environment.ts';
import { eventually } from '../eventually.ts';
import { toGitPatch } from '../git-patch.ts';
import type { ServerAccess } from './system.ts';

/** The driver, connected to a server on loopback with nothing in between. */
export const connectDriver = (access: ServerAccess, dialect: Dialect = 'v1'): SessionServer =>
  serversAt(access).connect({ endpoint: access.url, integrationId: 'int_1' }, dialect);

/** What the preflight finds at a server. */
export const recogniseServer = (access: ServerAccess): Promise<RecognisedServer> =>
  serversAt(access).recognise({ endpoint: access.url, integrationId: 'int_1' });

function serversAt({ username, password }: ServerAccess): SessionServers {
  const read = async () => ({ username, password });
  const bindings = { originsOf: async (_: string, asked: string) => [asked] };
  return connectSessionServers({
    credentials: { read },
    bindings,
    privateHosts: '127.0.0.1',
    privateRanges: 'allowed',
  });
}

/** The one model and agent that both servers have. */
export const model = { providerID: 'stub', modelID: 'stub-1' };

/** A new session of a job in a directory. */
export async function open(
  server: SessionServer,
  directory: string,
  jobId: string,
  changes: Partial<WantedSession> = {},
): Promise<Session> {
  const wanted = { jobId, directory, title: `A session [${jobId}]`, metadata: { jobId }, model, agent: 'build' };
  return server.createSession({ ...wanted, ...changes });
}

/** Ids of a prompt, as the relay chooses them. */
export const idsOf = ({ createdAt }: Session, key: string) => ({
  messageId: messageId(createdAt, key),
  partId: partId(createdAt, key),
});

export const send = (server: SessionServer, session: Session, key: string, text: string): Promise<void> =>
  server.prompt(session.id, {
    ...idsOf(session, key),
    text,
    model,
    agent: 'build',
  });

/** Resolves once the session's answer to the prompt is complete. */
export const untilDone = (server: SessionServer, session: Session, key: string): Promise<void> =>
  eventually(async () => {
    const atWork = await server.atWork(session.directory, session.id);
    const last = (await server.messages(session.id, 20)).at(-1);
    const seen = { atWork, parentId: last?.parentId, completed: last?.completed };
    expect(seen).toEqual({ atWork: [], parentId: idsOf(session, key).messageId, completed: true });
  }, 400);

/** Plays a script to its end; returns the id of our message. */
export async function work(server: SessionServer, session: Session, key: string, script: string): Promise<string> {
  await send(server, session, key, script);
  await untilDone(server, session, key);
  return idsOf(session, key).messageId;
}

/** The script that runs a shell command. */
export const bash = (cmd: string): string => `[[bash ${JSON.stringify({ cmd })}]]`;

export const git = (cwd: string, ...command: string[]): Promise<string> => gitWith({}, cwd, ...command);

/** Git with some variables set. */
export async function gitWith(extra: Record<string, string>, cwd: string, ...command: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, ...gitEnvironment, ...extra };
  return (await promisify(execFile)('git', command, { cwd, env })).stdout.trim();
}

/** What `git status` says once the patch of these changes was applied to a clone of the repository. */
export async function applied(repository: string, diffs: FileDiff[]): Promise<{ status: string[]; skipped: string[] }> {
  const copy = await mkdtemp(join(tmpdir(), 'opencode-relay-driver-'));
  onTestFinished(() => rm(copy, { recursive: true }));
  // A copy of its files would meet what other sessions make and remove in its git folder meanwhile.
  await git(tmpdir(), 'clone', '--quiet', repository, copy);
  const { text, skipped } = toGitPatch(diffs);
  const file = join(copy, '.git', 'relay.patch');
  await writeFile(file, text);
  await git(copy, 'apply', '--index', file);
  const status = await git(copy, '-c', 'core.quotePath=false', 'status', '--porcelain');
  return { status: status.split('\n'), skipped };
}
