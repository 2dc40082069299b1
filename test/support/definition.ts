import { z } from 'zod';
import { synthesizedTemplate } from './stack.ts';
import type { Template } from './template.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '000000000000';

const definitionPropertySchema = z.object({ DefinitionString: z.unknown() });

/** The machine's definition as synthesized, as plain JSON, with an ARN made from its logical id for each resource. */
export function synthesizedDefinition(
  template: Template = synthesizedTemplate(),
  machine: 'Sessions' | 'RelayRuns' | 'Storms' = 'Sessions',
): Record<string, unknown> {
  const found = Object.entries(template.Resources).find(
    ([id, { Type }]) => Type === 'AWS::StepFunctions::StateMachine' && id.startsWith(machine),
  );
  const { DefinitionString } = definitionPropertySchema.parse(found?.[1].Properties);
  return z.record(z.string(), z.unknown()).parse(JSON.parse(resolveText(DefinitionString)));
}

const joinSchema = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const arnSchema = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
const apiSchema = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('ApiEndpoint')]) });
const refSchema = z.object({ Ref: z.literal('AWS::Partition') });
const machineSchema = z.object({ Ref: z.string().regex(/Machine[0-9A-F]{8}$/) });

function resolveText(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = joinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(resolveText).join(join.data['Fn::Join'][0]);
  const arn = arnSchema.safeParse(value);
  if (arn.success) return arnOf(arn.data['Fn::GetAtt'][0]);
  if (apiSchema.safeParse(value).success) return 'https://api.test';
  if (refSchema.safeParse(value).success) return 'aws';
  const machine = machineSchema.safeParse(value);
  if (machine.success) return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${machine.data.Ref}`;
  throw new Error(
    `The definition holds an intrinsic function that this helper does not know: ${JSON.stringify(value)}`,
  );
}

/** Functions, the bus, the API and another machine are all that a definition names. */
const arnOf = (logicalId: string): string =>
  logicalId.includes('Function')
    ? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${logicalId}`
    : `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${logicalId}`;
