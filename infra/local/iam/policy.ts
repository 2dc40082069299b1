import { z } from 'zod';
import { type Context, conditionsSchema, holds } from './conditions.ts';
import { matchesPattern, patternSchema } from './pattern.ts';

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).min(1));

/** Everybody, or one service of AWS; other principals occur in no policy of the stack. */
const principalSchema = z.union([z.strictObject({ AWS: z.literal('*') }), z.strictObject({ Service: z.string() })]);

/** Closed: what is not named here, e.g. NotAction, would change what a statement means. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principalSchema.optional(),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(patternSchema),
  Condition: conditionsSchema.default([]),
});
export type Statement = z.infer<typeof statementSchema>;

/** A policy with all references resolved. Throws where it holds what is not evaluated here. */
export const policySchema = z
  .strictObject({ Version: z.literal('2012-10-17'), Statement: oneOrMore(statementSchema) })
  .transform(({ Statement }) => Statement);

/** One permission that is needed: an action on a resource, and what conditions ask for. */
export interface Call {
  /** `service:Action`. */
  action: string;
  /** An ARN, or `*` where the action takes no resource. */
  resource: string;
  context: Context;
}

/** Who calls: a role by its name, or a service of AWS on behalf of what its source ARN names. */
export type Principal = { role: string } | { service: string };

/** `arn:aws:iam::ACCOUNT:role/NAME`. */
export const roleNameOf = (arn: string): string => arn.split('/').at(-1) ?? arn;

interface Policies {
  /** Of the role that calls; empty for a service. */
  identity: Statement[];
  /** Of the resource that is called. */
  resource: Statement[];
}

type Verdict = 'allowed' | 'denied' | 'not allowed';

/** As IAM within one account: a matching Deny ends it, else one matching Allow is enough, on either side. */
export function evaluate(call: Call, principal: Principal, { identity, resource }: Policies): Verdict {
  const matching = [
    ...identity.filter((statement) => matches(statement, call)),
    ...resource.filter((statement) => isAbout(statement, principal) && matches(statement, call)),
  ];
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not allowed';
}

/** Actions are compared without regard to case, resources as they are. */
const matches = ({ Action, Resource, Condition }: Statement, { action, resource, context }: Call): boolean =>
  Action.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
  Resource.some((pattern) => matchesPattern(pattern, resource)) &&
  Condition.every((condition) => holds(condition, context));

function isAbout({ Principal }: Statement, principal: Principal): boolean {
  if (!Principal) return false;
  if ('AWS' in Principal) return true;
  return 'service' in principal && Principal.Service === principal.service;
}
