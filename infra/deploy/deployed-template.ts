import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { configurationMetadata } from '../configuration/schema.ts';

/** Of a template, as much as two of them are compared by. */
export const templateSchema = z.object({
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), z.object({ Type: z.string(), DeletionPolicy: z.string().default('Delete') })),
});
type Template = z.infer<typeof templateSchema>;

export interface DeployedTemplate extends Template {
  /** ARN of the stack: says account and region. */
  stackArn: string;
}

/** States of a stack whose creation came to nothing: CDK removes it before it deploys. */
const neverCreated = ['REVIEW_IN_PROGRESS', 'CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];

/** What is deployed under this name; undefined where nothing is. */
export async function readDeployedTemplate(
  client: CloudFormationClient,
  stackName: string,
): Promise<DeployedTemplate | undefined> {
  const stack = await client.send(new DescribeStacksCommand({ StackName: stackName })).then(
    ({ Stacks: [first] = [] }) => first,
    (error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    },
  );
  if (!stack || neverCreated.includes(stack.StackStatus ?? '')) return undefined;
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: stackName }));
  return { ...templateSchema.parse(JSON.parse(TemplateBody)), stackArn: stack.StackId ?? '' };
}

/** The configuration that a template was made with; undefined where it does not say. */
export function configurationIn({ Metadata }: Template): Record<string, unknown> | undefined {
  const parsed = z.record(z.string(), z.unknown()).safeParse(Metadata[configurationMetadata]);
  return parsed.success ? parsed.data : undefined;
}

/** CloudFormation has no error of its own for it. */
const isAbsent = (error: unknown): boolean =>
  error instanceof CloudFormationServiceException &&
  error.name === 'ValidationError' &&
  /does not exist/.test(error.message);
