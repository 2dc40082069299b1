import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type PolicyStatementProps, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import type { FunctionSpec } from '../functions.ts';
import { keyOf } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';

interface RelayFunctionProps {
  /** The folder of its entry point below `functions/`. */
  room: FunctionSpec['room'];
  description: string;
  /** Folder with the bundle, `index.mjs`. */
  folder: string;
  timeoutSeconds: number;
  memoryMiB: number;
  logRetention: RetentionDays;
  /** Names the sources in stack traces, for 10 ms of each cold start. */
  sourceMaps: boolean;
  /** Files beside the code, by their names. */
  files: Record<string, string>;
  /** Where an asynchronous call goes that failed for good. */
  deadLetterQueue?: IQueue;
}

/** A function with the house defaults: its own role, its own log group that ends, JSON logs, service-level tracing. */
export class RelayFunction extends Construct {
  readonly lambda: NodeFunction;
  readonly timeoutSeconds: number;
  readonly room: FunctionSpec['room'];
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: RelayFunctionProps) {
    super(scope, id);
    this.timeoutSeconds = props.timeoutSeconds;
    this.room = props.room;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      ...keyOf(this),
      removalPolicy: dataPolicy,
    });
    // Not CDK's default role: its managed policy may write to every log group of the account.
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.#role);
    const options = {
      description: props.description,
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
    };
    this.lambda = withCode(props, (code) => new NodeFunction(this, 'Function', { ...options, code }));
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

  /** Stands in these subnets of a VPC, by network interfaces that Lambda makes with the function's role. */
  standIn(subnetIds: string[], securityGroupIds: string[]): void {
    const resource = this.lambda.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error('The function has no resource');
    resource.vpcConfig = { subnetIds, securityGroupIds };
    this.allow(networkActions, '*');
    this.#role.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: networkActions,
        resources: ['*'],
        // Calls that the code makes have it, and those that Lambda makes for the function do not.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    );
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

/** What Lambda needs for a function in a VPC; AWS takes no narrower resource for all of them. */
const networkActions = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'DeleteNetworkInterface',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
].map((action) => `ec2:${action}`);

/** Runs `use` with the bundle's folder, or with a copy that has the files too; CDK takes another copy meanwhile. */
function withCode<T>({ folder, files }: Pick<RelayFunctionProps, 'folder' | 'files'>, use: (code: Code) => T): T {
  if (Object.keys(files).length === 0) return use(Code.fromAsset(folder));
  const copy = mkdtempSync(join(tmpdir(), 'opencode-relay-code-'));
  try {
    cpSync(folder, copy, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(copy, name), text);
    return use(Code.fromAsset(copy));
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Tells several functions the same. */
export function tell(fns: RelayFunction[], name: keyof typeof environment, value: string): void {
  for (const fn of fns) fn.setAddress(name, value);
}
