import { Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { heartbeat } from '../../functions/contract/heartbeat.ts';
import { keyOf } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

interface HeartbeatProps {
  sender: RelayFunction;
  hooksUrl: string;
}

/** Sends a test alert every few minutes to a hook of its own, whose key nobody chooses and no template holds. */
export class Heartbeat extends Construct {
  constructor(scope: Construct, id: string, { sender, hooksUrl }: HeartbeatProps) {
    super(scope, id);
    const key = new Secret(this, 'Key', {
      ...keyOf(this),
      removalPolicy: dataPolicy,
      description: 'opencode-relay: key of the hook that the heartbeat posts to',
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
    });
    Validations.of(key).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It lets test alerts in and nothing else. A new value has a hook made for it at the next beat.',
    });
    sender.allow(['secretsmanager:GetSecretValue'], key.secretArn);
    sender.setAddress('heartbeatSecretArn', key.secretArn);
    sender.setAddress('hooksUrl', hooksUrl);

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [sender.lambda.functionArn] }),
    );
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'opencode-relay: sends a test alert through the door of senders',
      scheduleExpression: `rate(${heartbeat.minutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: sender.lambda.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // A beat that comes late tells nothing.
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 2 },
      },
    });
    // A schedule is refused whose role may not call its target yet.
    schedule.node.addDependency(role);
  }
}
