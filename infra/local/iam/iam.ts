import { AwsError } from '../aws/error.ts';
import type { Identities } from './identities.ts';
import { type Call, evaluate, type Principal, roleNameOf } from './policy.ts';

/** A call that was decided on. */
export interface Authorization {
  /** A role's name, or the name of a service of AWS. */
  principal: Principal;
  call: Call;
  allowed: boolean;
}

/** Something that a resource needs as long as it is there, which AWS asks for when it is made or used. */
type Need = Pick<Authorization, 'principal' | 'call'> & { why: string };

/** IAM on this machine: what a role of the template may do is what the template's policies say. */
export class Iam {
  readonly #account: string;
  readonly #onAuthorization: (authorization: Authorization) => void;
  readonly #needs: Need[] = [];
  readonly #trusts: { role: string; service: string }[] = [];
  #identities: Identities = { roles: new Map(), resources: new Map() };

  constructor({ account, onAuthorization }: { account: string; onAuthorization(a: Authorization): void }) {
    this.#account = account;
    this.#onAuthorization = onAuthorization;
  }

  /** To be asked once the policies are known. */
  need(need: Need): void {
    this.#needs.push(need);
  }

  /** A service of AWS takes on the role, which its trust policy has to allow. */
  needTrust(roleArn: string, service: string): void {
    this.#trusts.push({ role: roleNameOf(roleArn), service });
  }

  /** From now on the template's roles are held to it. Throws, naming each, where a resource lacks what it needs. */
  enforce(identities: Identities): void {
    this.#identities = identities;
    const lacking = this.#needs.filter(({ principal, call }) => !this.allows(principal, call));
    const distrusted = this.#trusts.filter(
      ({ role, service }) => !identities.roles.get(role)?.trusted.includes(service),
    );
    const lines = [
      ...distrusted.map(({ role, service }) => `${service} may not take on ${role}`),
      ...lacking.map(({ principal, call, why }) => `${refusal(principal, call)} (${why})`),
    ];
    if (lines.length > 0) throw new Error(`The template's policies lack what AWS asks for:\n${lines.join('\n')}`);
  }

  /** The role whose credentials these are; undefined: they are the user's, who may do everything. */
  roleOf(accessKeyId: string | undefined): string | undefined {
    return accessKeyId !== undefined && this.#identities.roles.has(accessKeyId) ? accessKeyId : undefined;
  }

  /** Decides, and tells whoever watches: not of a refusal that is an answer like others. */
  allows(principal: Principal, call: Call, { mayBeRefused = false } = {}): boolean {
    const allowed = this.#decide(principal, call) === 'allowed';
    if (allowed || !mayBeRefused) this.#onAuthorization({ principal, call, allowed });
    return allowed;
  }

  /** Throws AccessDenied in the words of AWS. */
  authorize(principal: Principal, call: Call, { type = 'AccessDeniedException', status = 400 } = {}): void {
    if (this.allows(principal, call)) return;
    const who = 'role' in principal ? `User: ${this.#arnOf(principal.role)}` : `Service: ${principal.service}`;
    const what = `perform: ${call.action} on resource: ${call.resource}`;
    throw new AwsError(
      type,
      `${who} is not authorized to ${what} because no policy allows the ${call.action} action`,
      status,
    );
  }

  #decide(principal: Principal, call: Call) {
    const { roles, resources } = this.#identities;
    const identity = 'role' in principal ? (roles.get(principal.role)?.statements ?? []) : [];
    // Objects are held to the policy of their bucket.
    const resource = resources.get(call.resource) ?? resources.get(call.resource.split('/')[0] ?? '') ?? [];
    return evaluate(call, principal, { identity, resource });
  }

  #arnOf(role: string): string {
    return `arn:aws:sts::${this.#account}:assumed-role/${role}/local`;
  }
}

/** One line for a person: who, what, on what. */
export const refusal = (principal: Principal, { action, resource }: Pick<Call, 'action' | 'resource'>): string =>
  `${'role' in principal ? principal.role : principal.service} may not ${action} on ${resource}`;
