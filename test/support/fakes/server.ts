import type { RecognisedServer, SessionServer, SessionServers } from '../../../functions/ports.ts';
import { late } from './late.ts';
import { recorded, unexpected } from './recorded.ts';

const untouchable: SessionServer = {
  resolveDirectory: () => unexpected('resolveDirectory'),
  models: () => unexpected('models'),
  agents: () => unexpected('agents'),
  agentPermissions: () => unexpected('agentPermissions'),
  isOpen: () => unexpected('isOpen'),
  gitFolder: () => unexpected('gitFolder'),
  headCommit: () => unexpected('headCommit'),
  listWorktrees: () => unexpected('listWorktrees'),
  createWorktree: () => unexpected('createWorktree'),
  removeWorktree: () => unexpected('removeWorktree'),
  isCheckedOut: () => unexpected('isCheckedOut'),
  setBase: () => unexpected('setBase'),
  findSession: () => unexpected('findSession'),
  createSession: () => unexpected('createSession'),
  session: () => unexpected('session'),
  page: ({ id, directory }) => `/${Buffer.from(directory).toString('base64url')}/session/${id}`,
  descendants: () => unexpected('descendants'),
  prompt: () => unexpected('prompt'),
  observe: () => unexpected('observe'),
  atWork: () => unexpected('atWork'),
  messages: () => unexpected('messages'),
  abort: () => unexpected('abort'),
  turnDiff: () => unexpected('turnDiff'),
  workingTreeDiff: () => unexpected('workingTreeDiff'),
  takesSnapshots: () => unexpected('takesSnapshots'),
  changedPaths: () => unexpected('changedPaths'),
  auditPatch: () => unexpected('auditPatch'),
  startChecks: () => unexpected('startChecks'),
  lookAtChecks: () => unexpected('lookAtChecks'),
  checkOutputs: () => unexpected('checkOutputs'),
  endChecks: () => unexpected('endChecks'),
  disposeInstance: () => unexpected('disposeInstance'),
};

/** What a server is asked for first, beside the methods of the server itself. */
export interface FakeServer extends Partial<SessionServer> {
  recognise?: () => Promise<Omit<RecognisedServer, 'server'>>;
}

export const recognised = { version: '1.18.33', dialect: 'v1', untested: null } as const;

/** A server that answers with the given methods only, and notes each call. */
export function fakeServer(methods: FakeServer): { servers: SessionServers; calls: string[] } {
  const { recognise = () => unexpected('recognise'), ...own } = methods;
  const { port, calls } = recorded(late({ ...untouchable, ...own }));
  const servers: SessionServers = {
    connect: () => port,
    async recognise() {
      calls.push('recognise');
      return { ...(await recognise()), server: port };
    },
  };
  return { servers, calls };
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
