import type { Session } from '../../../functions/domain/session/session.ts';
import type { CheckCalls, SessionServer, SessionServers } from '../../../functions/ports.ts';
import { gitFolder } from './guards.ts';
import { baseCommit, fitting, sampleAnswer, sampleDiff, sampleSeen, sampleSession } from './samples.ts';
import { type FakeServer, fakeServer, recognised } from './server.ts';

const CHECK_MS = 5_000;

/** A server that has worktrees and sessions, and works on a prompt for a while. */
export class WorkingServer {
  readonly worktrees = new Set<string>();
  readonly sessions: Session[] = [];
  /** When the work on a prompt began, by its message. */
  readonly prompts = new Map<string, number>();
  /** When checks began, by what they are called: another turn of the agent has others. */
  readonly checks = new Map<string, number>();
  readonly #now: () => number;
  readonly #workMs: number;

  constructor(now: () => number, workMs: number) {
    this.#now = now;
    this.#workMs = workMs;
  }

  servers(): SessionServers {
    return fakeServer(this.#methods()).servers;
  }

  #isAtWork(): boolean {
    return [...this.prompts.values()].some((from) => this.#now() < from + this.#workMs);
  }

  #methods(): FakeServer {
    return {
      recognise: async () => recognised,
      resolveDirectory: async (directory) => directory ?? '/srv/work',
      models: async () => [{ providerID: 'stub', modelIDs: ['stub-1'] }],
      agents: async () => ['build'],
      headCommit: async () => baseCommit,
      gitFolder: async () => gitFolder(),
      isCheckedOut: async () => true,
      listWorktrees: async () => [...this.worktrees],
      createWorktree: async (_, name) => {
        const directory = `/srv/worktree/${name}`;
        this.worktrees.add(directory);
        return directory;
      },
      removeWorktree: async (_, directory) => void this.worktrees.delete(directory),
      disposeInstance: async () => undefined,
      findSession: async ({ title }) => {
        return this.sessions.find((session) => session.title === title);
      },
      createSession: async ({ directory, title, permissions = null }) => {
        const id = `ses_${this.sessions.length + 1}`;
        const session = sampleSession({ id, directory, title, permissions, createdAt: this.#now() });
        this.sessions.push(session);
        return session;
      },
      session: async () => sampleSession(this.sessions[0]),
      descendants: async () => [],
      ...this.#work(),
      ...this.#verification(),
    };
  }

  /** Checks take a while, and pass once the agent was told of what failed. */
  #verification(): CheckCalls {
    return {
      startChecks: async ({ id }) => {
        if (!this.checks.has(id)) this.checks.set(id, this.#now());
        return true;
      },
      lookAtChecks: async ({ id }) => {
        const from = this.checks.get(id);
        if (from === undefined) return { state: 'lost', now: null, runs: [] };
        if (this.#now() < from + CHECK_MS) return { state: 'running', now: 0, runs: [] };
        const code = this.prompts.size > 1 ? 0 : 1;
        const on = ['patch' as const, 'again' as const];
        return { state: 'done', now: null, runs: on.map((each) => ({ check: 0, on: each, code, seconds: 5 })) };
      },
      checkOutputs: async (_, runs) => runs.map(() => '1 test failed'),
      endChecks: async () => true,
    };
  }

  #work(): Partial<SessionServer> {
    const messages = () => [...this.prompts.keys()].map((parentId) => sampleAnswer({ parentId }));
    return {
      // The same message is the same prompt.
      prompt: async (_, { messageId }) => {
        if (!this.prompts.has(messageId)) this.prompts.set(messageId, this.#now());
      },
      observe: async () =>
        this.#isAtWork()
          ? sampleSeen({ status: { type: 'busy' } })
          : sampleSeen({ messages: messages(), prompt: this.prompts.size > 0 ? 'delivered' : 'missing' }),
      atWork: async (_, id) => (this.#isAtWork() ? [id] : []),
      abort: async () => {
        for (const id of this.prompts.keys()) this.prompts.set(id, Number.NEGATIVE_INFINITY);
      },
      messages: async () => messages(),
      turnDiff: async () => [],
      workingTreeDiff: async () => [sampleDiff('src/pool.ts')],
      changedPaths: async () => ['src/pool.ts'],
      auditPatch: async () => fitting,
    };
  }
}
