import { z } from 'zod';
import { referenceText } from './references.ts';
import type { Template } from './template.ts';

interface Permission {
  action: string;
  /** As `referenceText` gives it: `<DataTable.Arn>` for a resource of the stack. */
  resource: string;
  /** JSON of the conditions that it is bound to. */
  condition?: string;
}

const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((single) => [single])]).transform((list) => z.array(item).parse(list));
const documentSchema = z.object({
  Statement: z.array(
    z.strictObject({
      Effect: z.literal('Allow'),
      Action: oneOrMore(z.string()),
      Resource: oneOrMore(z.unknown()),
      Condition: z.unknown().optional(),
    }),
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

/** A permission on one line, for tables: what, on what, and under which conditions. */
export const permissionText = ({ action, resource, condition }: Permission): string =>
  [action, resource, ...(condition === undefined ? [] : [condition])].join(' ');

const permissionsIn = ({ Statement }: z.infer<typeof documentSchema>): Permission[] =>
  Statement.flatMap(({ Action, Resource, Condition }) =>
    Action.flatMap((action) =>
      Resource.map((resource) => ({
        action,
        resource: referenceText(resource),
        ...(Condition !== undefined && { condition: JSON.stringify(Condition) }),
      })),
    ),
  );
