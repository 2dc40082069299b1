/**
 * What the use cases need from the outside, as small as their use. Types only. Every method may throw; a method of
 * `SessionServer` throws a `TaskError` by the name of what went wrong.
 */

import type { AlertOccurrence } from './contract/alert.ts';
import type { Delivery } from './contract/delivery.ts';
import type { SessionFinished } from './contract/events.ts';
import type { Collected, ExecutionInput, Result, SessionRef } from './contract/execution.ts';
import type { ReasonCode } from './contract/reason-codes.ts';
import type { Alert } from './domain/alert.ts';
import type { Decision } from './domain/decision.ts';
import type { Credentials, Integration } from './domain/integration.ts';
import type { Job } from './domain/job.ts';
import type { Relay } from './domain/relay.ts';
import type { Rule } from './domain/rule.ts';
import type { FileDiff, PendingRequest, Session, SessionMessage, SessionStatus } from './domain/session.ts';
import type { Webhook } from './domain/webhook.ts';

export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

export interface Log {
  /** For what a use case goes on without. `fields` are ids, names and codes; never a payload or a secret. */
  warn(message: string, fields: Record<string, string>): void;
}

export interface RelayStore {
  /** Writes webhook and relay in an order that leaves no half of it visible. `existing` wins if the id is taken. */
  create(relay: Relay, webhook: Webhook): Promise<{ relay: Relay; created: boolean }>;
  /** Name, description, repeat policy and time of change; the rest stands. */
  update(relay: Relay): Promise<void>;
  get(id: string): Promise<Relay | undefined>;
  list(): Promise<Relay[]>;
}

export interface WebhookStore {
  /** Takes the same time for a known and an unknown key. */
  findByKey(key: string): Promise<Webhook | undefined>;
  listByRelay(relayId: string): Promise<Webhook[]>;
}

export interface RuleStore {
  /** False, and nothing written, if a rule with this id is there already. */
  create(rule: Rule): Promise<boolean>;
  /** False, and nothing written, unless the stored version is `rule.version - 1`. */
  update(rule: Rule): Promise<boolean>;
  get(relayId: string, ruleId: string): Promise<Rule | undefined>;
  /** By `order`, then by age; without deleted ones. Strongly consistent. */
  listByRelay(relayId: string): Promise<Rule[]>;
}

export interface IntegrationStore {
  /** False, and nothing written, if an integration with this id is there already. */
  create(integration: Integration): Promise<boolean>;
  /** Name, metadata and time of change; the rest stands. */
  update(integration: Integration): Promise<void>;
  get(id: string): Promise<Integration | undefined>;
  list(): Promise<Integration[]>;
}

export interface CredentialsWriter {
  /** Creates or replaces the secret of the integration. */
  write(integrationId: string, credentials: Credentials): Promise<void>;
}

export interface CredentialsReader {
  /** Cached per container for minutes; `fresh` reads past the cache and replaces it. */
  read(integrationId: string, options?: { fresh?: boolean }): Promise<Credentials>;
}

export interface ApiTokens {
  /** Name of the token, or undefined if it is not one of ours. Compares in constant time. */
  nameOf(token: string): Promise<string | undefined>;
}

export interface AlertStore {
  /** False if the alert is there already: then it stands, and only the way from its incident to it is mended. */
  create(alert: Alert): Promise<boolean>;
  get(id: string): Promise<Alert | undefined>;
  /** The newest alert of an incident key, whatever its state. Used where a sender gives no start. */
  latestOf(relayId: string, fingerprint: string): Promise<Alert | undefined>;
  markRouted(id: string, at: string): Promise<void>;
  /** Does nothing if the alert is unknown or already resolved. */
  resolve(id: string, at: string, provider: string): Promise<void>;
}

export interface DecisionStore {
  /**
   * Adds one to the decision's count. False, and nothing written, if this entry of the delivery (its alert, as firing or
   * as resolved) was counted for the rule already, whatever the reason was then.
   */
  record(decision: Omit<Decision, 'count' | 'firstAt'>, entry: AlertOccurrence['status']): Promise<boolean>;
  listByAlert(alertId: string): Promise<Decision[]>;
}

export interface JobStore {
  /** The stored job: the given one, or the one that was there first. */
  createOrGet(job: Job): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  list(ids: string[]): Promise<Job[]>;
  markStarted(id: string, executionArn: string, at: string): Promise<void>;
  /** False if the job is settled: nobody waits for this session any more, so the caller has to take it down. */
  recordSession(id: string, session: SessionRef): Promise<boolean>;
  /** False if the job is settled: the prompt must not leave. */
  markPrompted(id: string, at: string): Promise<boolean>;
  /** The first outcome stands: false if the job was settled before. */
  settle(id: string, collected: Collected, at: string): Promise<boolean>;
}

export interface DeliveryQueue {
  /** Resolves only once the queue has the delivery on disk. */
  send(delivery: Delivery): Promise<void>;
}

export interface RoutingMetrics {
  /** Once per batch. */
  publish(counts: { decisions: ReadonlyMap<ReasonCode, number>; alertsRouted: number }): void;
}

export interface ExecutionStarter {
  /** Returns the execution's ARN, also where an execution of that name is there already. */
  start(name: string, input: ExecutionInput): Promise<string>;
}

export interface OutcomePublisher {
  publish(event: SessionFinished): Promise<void>;
}

export interface ResultStore {
  /** Writes the artefacts under `<jobId>/`; repeating it writes the same objects. */
  write(
    jobId: string,
    artefacts: {
      patch: string | null;
      answer: string | null;
      manifest: object;
    },
  ): Promise<Pick<Result, 'bucket' | 'patch' | 'answer' | 'manifest'>>;
}

/** One OpenCode 1.x server over HTTP. Every call has its own time-out and requires a JSON answer. */
export interface SessionServer {
  /** Throws ServerUnsupported unless this is an OpenCode 1.x API. */
  version(): Promise<string>;
  /** The directory that requests without one act on; throws WorkspaceFailed if `directory` is given and not usable. */
  resolveDirectory(directory: string | null): Promise<string>;
  models(directory: string): Promise<{ providerID: string; modelIDs: string[] }[]>;
  agents(directory: string): Promise<string[]>;
  /** HEAD of the checkout, or null where there is none. */
  headCommit(directory: string): Promise<string | null>;

  listWorktrees(repository: string): Promise<string[]>;
  /** Resolves with the new directory, before its files are there: see `isClean`. */
  createWorktree(repository: string, name: string): Promise<string>;
  removeWorktree(repository: string, directory: string): Promise<void>;
  /** True once the working tree equals its commit: the checkout is complete. */
  isClean(directory: string): Promise<boolean>;

  findSession(directory: string, title: string): Promise<Session | undefined>;
  createSession(directory: string, title: string, metadata: Record<string, string>): Promise<Session>;
  /** Throws SessionLost if the session is gone. */
  session(id: string): Promise<Session>;
  /** Ids of all sub-agent sessions, at any depth. */
  descendants(id: string): Promise<string[]>;
  prompt(
    id: string,
    prompt: {
      messageId: string;
      partId: string;
      text: string;
      model: ExecutionInput['session']['model'];
      agent: string | null;
    },
  ): Promise<void>;
  status(directory: string, id: string): Promise<SessionStatus>;
  /** The newest `limit` messages, oldest first. */
  messages(id: string, limit: number): Promise<SessionMessage[]>;
  pendingRequests(directory: string): Promise<PendingRequest[]>;
  abort(id: string): Promise<void>;
  /** Changes of all turns from our message on; empty when the server kept none. */
  turnDiff(id: string, messageId: string): Promise<FileDiff[]>;
  /**
   * Working tree against its own commit, or against the default branch, commits included. The latter throws
   * WorkspaceFailed where the server knows no default branch.
   */
  workingTreeDiff(directory: string, base: 'head' | 'default_branch'): Promise<FileDiff[]>;
  /** Frees the server's memory for the directory. */
  disposeInstance(directory: string): Promise<void>;
}

export interface SessionServers {
  connect(target: { endpoint: string; integrationId: string }): SessionServer;
}
