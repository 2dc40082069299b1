import type { StackDescription } from '../aws/stacks.ts';
import type { Cloud } from './cloud.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import type { CreatedResources } from './resources.ts';

export const stackArn = ({ region, account, stackName }: Pick<Cloud, 'region' | 'account' | 'stackName'>): string =>
  `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`;

/** The stack as CloudFormation would show it. */
export const describeStack = (
  { stackName, template }: Pick<CloudAssembly, 'stackName' | 'template'>,
  { outputs, resources }: CreatedResources,
  cloud: Pick<Cloud, 'region' | 'account' | 'stackName' | 'clock'>,
): StackDescription => ({
  name: stackName,
  arn: stackArn(cloud),
  description: template.Description,
  createdAt: cloud.clock.now(),
  outputs: Object.entries(outputs).map(([name, value]) => ({
    name,
    value,
    description: template.Outputs[name]?.Description,
  })),
  resources,
  template: JSON.stringify(template),
});
