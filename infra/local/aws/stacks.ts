import { AwsError } from './error.ts';
import type { XmlValue } from './xml.ts';

/** The stack as the template has it, brought up on this machine. */
export interface StackDescription {
  name: string;
  arn: string;
  description: string | undefined;
  /** Epoch milliseconds. */
  createdAt: number;
  outputs: { name: string; value: string; description: string | undefined }[];
  resources: { logicalId: string; type: string; physicalId: string }[];
  /** JSON text. */
  template: string;
}

const STATUS = 'CREATE_COMPLETE';

/** CloudFormation on this machine: the one stack, to be read. */
export class Stacks {
  #stack: StackDescription | undefined;

  /** Once everything is up. */
  set(stack: StackDescription): void {
    this.#stack = stack;
  }

  /** Throws an AwsError where AWS refuses; an action that is not served is named. */
  call(action: string, form: URLSearchParams): XmlValue {
    switch (action) {
      case 'DescribeStacks': {
        const stack = form.has('StackName') ? this.#find(form.get('StackName')) : this.#stack;
        return { Stacks: { member: stack ? [described(stack)] : [] } };
      }
      case 'ListStacks':
        return { StackSummaries: { member: this.#stack ? [summary(this.#stack)] : [] } };
      case 'DescribeStackResources': {
        const stack = this.#find(form.get('StackName') ?? this.#stack?.name);
        const wanted = form.get('LogicalResourceId');
        const resources = stack.resources.filter(({ logicalId }) => wanted === null || logicalId === wanted);
        const member = resources.map((resource) => ({
          StackName: stack.name,
          StackId: stack.arn,
          ...resourceOf(resource),
          Timestamp: time(stack.createdAt),
        }));
        return { StackResources: { member } };
      }
      case 'ListStackResources': {
        const { resources, createdAt } = this.#find(form.get('StackName'));
        const member = resources.map((resource) => ({
          ...resourceOf(resource),
          LastUpdatedTimestamp: time(createdAt),
        }));
        return { StackResourceSummaries: { member } };
      }
      case 'DetectStackResourceDrift': {
        const stack = this.#find(form.get('StackName'));
        const resource = stack.resources.find(({ logicalId }) => logicalId === form.get('LogicalResourceId'));
        if (!resource) throw new AwsError('ValidationError', 'The stack has no such resource');
        // Nobody but the stack itself changes what is on this machine.
        const drift = { StackId: stack.arn, ...resourceOf(resource), StackResourceDriftStatus: 'IN_SYNC' };
        return { StackResourceDrift: { ...drift, Timestamp: time(stack.createdAt) } };
      }
      case 'GetTemplate':
        return { TemplateBody: this.#find(form.get('StackName')).template, StagesAvailable: { member: ['Original'] } };
      default:
        throw new AwsError('InvalidAction', `CloudFormation has no action ${action} here`);
    }
  }

  #find(id: string | null | undefined): StackDescription {
    const stack = this.#stack;
    if (stack && (id === stack.name || id === stack.arn)) return stack;
    throw new AwsError('ValidationError', `Stack with id ${id} does not exist`);
  }
}

const time = (ms: number): string => new Date(ms).toISOString();

const summary = ({ name, arn, description, createdAt }: StackDescription) => ({
  StackId: arn,
  StackName: name,
  TemplateDescription: description,
  CreationTime: time(createdAt),
  StackStatus: STATUS,
});

const described = ({ name, arn, description, createdAt, outputs }: StackDescription): XmlValue => ({
  StackId: arn,
  StackName: name,
  Description: description,
  CreationTime: time(createdAt),
  StackStatus: STATUS,
  DisableRollback: false,
  Outputs: {
    member: outputs.map((output) => ({
      OutputKey: output.name,
      OutputValue: output.value,
      Description: output.description,
    })),
  },
});

const resourceOf = ({ logicalId, type, physicalId }: StackDescription['resources'][number]) => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: STATUS,
});
