import { z } from 'zod';
import type { Template } from './stack.ts';

export interface Permission {
  action: string;
  /** Flattened: `<LogicalId.Arn>` for a resource of the stack. */
  resource: string;
}

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((single) => [single])]).transform((list) => z.array(item).parse(list));
const documentSchema = z.object({
  Statement: z.array(
    z.object({ Effect: z.literal('Allow'), Action: oneOrMore(z.string()), Resource: oneOrMore(z.unknown()) }),
  ),
});
const roleSchema = z.object({ Policies: z.array(z.object({ PolicyDocument: documentSchema })).default([]) });
const policySchema = z.object({ PolicyDocument: documentSchema, Roles: z.array(z.object({ Ref: z.string() })) });

/** What each role of the stack may do, by the role's logical id without its hash, e.g. `ReceiveAlertRole`. */
export function permissionsByRole(template: Template): Map<string, Permission[]> {
  const roles = new Map<string, Permission[]>();
  const add = (role: string, document: z.infer<typeof documentSchema>) => {
    const name = role.replace(/[0-9A-F]{8}$/, '');
    roles.set(name, [...(roles.get(name) ?? []), ...permissionsIn(document)]);
  };
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::IAM::Role') {
      for (const { PolicyDocument } of roleSchema.parse(Properties).Policies) add(id, PolicyDocument);
    }
    if (Type === 'AWS::IAM::Policy') {
      const { PolicyDocument, Roles } = policySchema.parse(Properties);
      for (const { Ref } of Roles) add(Ref, PolicyDocument);
    }
  }
  return roles;
}

const permissionsIn = ({ Statement }: z.infer<typeof documentSchema>): Permission[] =>
  Statement.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => ({ action, resource: flatten(resource) }))),
  );

const joinSchema = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const attributeSchema = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const refSchema = z.object({ Ref: z.string() });

function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = joinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(flatten).join(join.data['Fn::Join'][0]);
  const attribute = attributeSchema.safeParse(value);
  if (attribute.success) return `<${attribute.data['Fn::GetAtt'].join('.')}>`;
  return `<${refSchema.parse(value).Ref}>`;
}
