import { z } from 'zod';

const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const attributeSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const refSchema = z.strictObject({ Ref: z.string() });

/** Logical ids end with eight hex digits that CDK makes of the construct's path. */
const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

/**
 * A property's value as text, with what it refers to by its name in the stack: `<DataTable.Arn>`, `<SessionsMachine>`.
 */
export function referenceText(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = joinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(referenceText).join(join.data['Fn::Join'][0]);
  const attribute = attributeSchema.safeParse(value);
  if (attribute.success) {
    const [logicalId, name] = attribute.data['Fn::GetAtt'];
    return `<${withoutHash(logicalId)}.${name}>`;
  }
  return `<${withoutHash(refSchema.parse(value).Ref)}>`;
}
