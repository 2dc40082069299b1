import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  LoggingFormat,
  Function as NodeFunction,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment } from '../../functions/contract/environment.ts';
import { dataPolicy } from './data-policy.ts';

interface RelayFunctionProps {
  description: string;
  /** Folder with the bundle, `index.mjs`. */
  folder: string;
  timeoutSeconds: number;
  memoryMiB: number;
  logRetention: RetentionDays;
  /** Names the sources in stack traces, for 10 ms of each cold start. */
  sourceMaps: boolean;
  /** Where an asynchronous call goes that failed for good. */
  deadLetterQueue?: IQueue;
}

/** A function with the house defaults: its own role, its own log group that ends, JSON logs, service-level tracing. */
export class RelayFunction extends Construct {
  readonly lambda: NodeFunction;
  readonly timeoutSeconds: number;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: RelayFunctionProps) {
    super(scope, id);
    this.timeoutSeconds = props.timeoutSeconds;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: dataPolicy,
    });
    // Not CDK's default role: its managed policy may write to every log group of the account.
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.#role);
    this.lambda = new NodeFunction(this, 'Function', {
      description: props.description,
      code: Code.fromAsset(props.folder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.#role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      ...(props.sourceMaps && { environment: { NODE_OPTIONS: '--enable-source-maps' } }),
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'xray:PutTraceSegments and xray:PutTelemetryRecords take no resource; a test holds that nothing else has *.',
    });
  }

  /** Tells the function where something is, under the name that both sides agree on. */
  setAddress(name: keyof typeof environment, value: string): void {
    this.lambda.addEnvironment(environment[name], value);
  }

  /** Executions at once that no other function of the account may take from it, and more than which it never has. */
  reserve(concurrency: number): void {
    const resource = this.lambda.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error('The function has no resource');
    resource.reservedConcurrentExecutions = concurrency;
  }

  /** Called by `fn`, which waits for the answer. */
  calledBy(fn: RelayFunction, address: keyof typeof environment): void {
    fn.allow(['lambda:InvokeFunction'], this.lambda.functionArn);
    fn.setAddress(address, this.lambda.functionName);
  }

  allow(actions: string[], resource: string, conditions: PolicyStatementProps['conditions'] = {}): void {
    this.#role.addToPolicy(new PolicyStatement({ actions, resources: [resource], conditions }));
  }
}
