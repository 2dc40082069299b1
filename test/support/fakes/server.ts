import type { SessionServer, SessionServers } from '../../../functions/ports.ts';
import { late } from './late.ts';
import { recorded, unexpected } from './recorded.ts';

const untouchable: SessionServer = {
  version: () => unexpected('version'),
  resolveDirectory: () => unexpected('resolveDirectory'),
  models: () => unexpected('models'),
  agents: () => unexpected('agents'),
  headCommit: () => unexpected('headCommit'),
  listWorktrees: () => unexpected('listWorktrees'),
  createWorktree: () => unexpected('createWorktree'),
  removeWorktree: () => unexpected('removeWorktree'),
  isClean: () => unexpected('isClean'),
  findSession: () => unexpected('findSession'),
  createSession: () => unexpected('createSession'),
  session: () => unexpected('session'),
  descendants: () => unexpected('descendants'),
  prompt: () => unexpected('prompt'),
  status: () => unexpected('status'),
  messages: () => unexpected('messages'),
  pendingRequests: () => unexpected('pendingRequests'),
  abort: () => unexpected('abort'),
  turnDiff: () => unexpected('turnDiff'),
  workingTreeDiff: () => unexpected('workingTreeDiff'),
  disposeInstance: () => unexpected('disposeInstance'),
};

/** A server that answers with the given methods only, and notes each call. */
export function fakeServer(methods: Partial<SessionServer>): { servers: SessionServers; calls: string[] } {
  const { port, calls } = recorded(late({ ...untouchable, ...methods }));
  return { servers: { connect: () => port }, calls };
}

/** Gives one answer after the other and repeats the last; an Error among them is thrown. */
export function inTurn<Answer>(first: Answer | Error, ...others: (Answer | Error)[]): () => Promise<Answer> {
  const queue = [first, ...others].values();
  let answer = first;
  return async () => {
    const next = queue.next();
    if (!next.done) answer = next.value;
    if (answer instanceof Error) throw answer;
    return answer;
  };
}
