import type { TokenHolder } from '../contract/api-tokens.ts';
import type { Binding, Credentials, Integration, ServerCredentials } from '../domain/rule/integration.ts';
import type { Relay } from '../domain/rule/relay.ts';
import type { Rule } from '../domain/rule/rule.ts';
import type { WebhookSecret } from '../domain/signature/auth.ts';
import type { Webhook } from '../domain/webhook/webhook.ts';

export interface RelayStore {
  /**
   * Writes webhook and relay in an order that leaves no half of it visible. `existing` wins if the id is taken; a
   * deleted relay or webhook of the id is replaced.
   */
  create(relay: Relay, webhook: Webhook): Promise<{ relay: Relay; created: boolean }>;
  /**
   * Name, description, repeat policy and time of change. False, and nothing written, unless `before` is what is stored.
   */
  update(relay: Relay, before: Pick<Relay, 'updatedAt'>): Promise<boolean>;
  /** The row stays stored. Does nothing if there is none. */
  markDeleted(id: string, at: string): Promise<void>;
  /** Not a deleted one, unless asked for: what was accepted before the deletion is still routed. */
  get(id: string, options?: { deleted: boolean }): Promise<Relay | undefined>;
  list(): Promise<Relay[]>;
}

export interface WebhookStore {
  /**
   * By its key or one that was rotated away and is still valid. Takes the same time for an unknown key and one that is
   * switched off. Up to 5 s old, unless `fresh`.
   */
  findByKey(key: string, options?: { fresh: boolean }): Promise<Webhook | undefined>;
  get(relayId: string, id: string): Promise<Webhook | undefined>;
  listByRelay(relayId: string): Promise<Webhook[]>;
  create(webhook: Webhook): Promise<void>;
  /** False, and nothing written, unless `before` is what is stored. A new key works from then on. */
  update(webhook: Webhook, before: Webhook): Promise<boolean>;
}

export interface WebhookSecretReader {
  /** One version; undefined if there is no such version. Cached per container for a minute. */
  read(webhookId: string, versionId: string): Promise<WebhookSecret | undefined>;
}

export interface WebhookSecretWriter {
  /**
   * Stores a version, current from then on. It lives until another one takes its `versionLabel`. Once more changes
   * nothing.
   */
  write(webhookId: string, versionId: string, secret: WebhookSecret): Promise<void>;
  /** All versions are gone, and can be restored with AWS's own tools for a week. */
  remove(webhookId: string): Promise<void>;
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
  /** False, and nothing written, if an integration with this id is there already; a deleted one is replaced. */
  create(integration: Integration): Promise<boolean>;
  /** Name, metadata, binding and time of change. False, and nothing written, unless `before` is what is stored. */
  update(integration: Integration, before: Pick<Integration, 'updatedAt'>): Promise<boolean>;
  /**
   * Binds it to the origin unless it is bound already; the binding that then holds. Undefined if there is none of the
   * id.
   */
  bindFirst(id: string, origin: string): Promise<Binding | undefined>;
  /** The row stays stored, and is neither found nor listed any more. Does nothing if there is none. */
  markDeleted(id: string, at: string): Promise<void>;
  get(id: string): Promise<Integration | undefined>;
  list(): Promise<Integration[]>;
}

interface HeaderChange {
  values: Record<string, string | null>;
  /** Names of those that are no longer sent. */
  dropped: string[];
}

export interface CredentialsWriter {
  /**
   * Creates or replaces the secret of the integration; one that is about to be deleted stays. Of the headers, null
   * keeps the value that is stored.
   */
  write(integrationId: string, credentials: Credentials, headers?: HeaderChange): Promise<void>;
  /** The secrets are gone for everyone, and can be restored with AWS's own tools for a week. */
  remove(integrationId: string, headers?: string[]): Promise<void>;
}

/** Remembers for a minute which resource a creation without an external key has made. */
export interface CreationClaims {
  /** `id`, or the id that the same creation was given less than a minute ago. */
  claim(creation: string, id: string, at: Date): Promise<string>;
  /** `id` in the place of `before`, or the id that another one has put there meanwhile. */
  renew(creation: string, before: string, id: string, at: Date): Promise<string>;
}

export interface CredentialsReader {
  /** Cached per container for minutes; `fresh` reads past the cache and replaces it. */
  read(integrationId: string, options?: { fresh?: boolean }): Promise<ServerCredentials>;
}

/** Where passwords may go, by the rows of their integrations. */
export interface OriginBindings {
  /**
   * Origins that the integration is bound to by now, read past every cache; one that is not bound yet is bound to the
   * first that is asked for.
   */
  originsOf(integrationId: string, asked: string): Promise<readonly string[]>;
  /** Whether its first rule has bound it, and no owner has named an origin since. Absent: nobody knows. */
  isOfFirstRule?(integrationId: string): Promise<boolean>;
}

export interface ApiTokens {
  /** Whose token it is, or undefined if it is not one of ours. Compares in constant time. */
  holderOf(token: string): Promise<TokenHolder | undefined>;
}

export interface Members {
  /** Holders of all tokens, in the order of their secret. A new one is there after seconds. */
  holders(): Promise<TokenHolder[]>;
}

/**
 * One thing that a request has changed. Digests are sha256 of the stored JSON; null where there was, or is, nothing.
 */
export type AuditTarget = {
  kind: string;
  id: string;
  before: string | null;
  after: string | null;
};

export interface AuditTrail {
  /** The request asks for a change, `operation` by its name in the API. Throws where that cannot be noted. */
  started(operation: string): Promise<void>;
  changed(target: AuditTarget): void;
}

export interface RateLimit {
  /** Counts one request of the caller. Undefined: go on; else the seconds after which it may ask again. */
  take(caller: string): Promise<number | undefined>;
}

export interface FrontDoor {
  /** Whether a request came through what stands before the API. Throws where that cannot be told. */
  admits(headers: Readonly<Record<string, string | undefined>>): Promise<boolean>;
}
