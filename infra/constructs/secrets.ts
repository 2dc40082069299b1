import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { integrationSecretName } from '../../functions/contract/environment.ts';
import type { RelayFunction } from './relay-function.ts';

/** Bearer tokens of the management API, a JSON object of name and token. Born with one token, `admin`. */
export class ApiTokens extends Construct {
  readonly arn: string;
  readonly #secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new Secret(this, 'Secret', {
      description: 'opencode-relay: tokens of the management API, {"name": "token", ...}',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'admin',
        passwordLength: 48,
        excludePunctuation: true,
      },
    });
    this.arn = this.#secret.secretArn;
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Tokens rotate by overlap: add a second name, move the clients over, remove the first. A timer would cut off clients.',
    });
  }

  readBy(fn: RelayFunction): void {
    fn.allow(['secretsmanager:GetSecretValue'], this.arn);
    fn.setAddress('apiTokenSecretArn', this.arn);
  }
}

/** Passwords of the OpenCode servers: one secret per integration, made by the management API under one prefix. */
export class IntegrationSecrets extends Construct {
  readonly #prefix: string;
  readonly #arnPattern: string;

  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    this.#prefix = prefix;
    this.#arnPattern = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: integrationSecretName(prefix, '*'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  readBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, ['secretsmanager:GetSecretValue']);
  }

  /** Not read: the API never gives a password back. */
  writtenBy(fn: RelayFunction): void {
    this.#bind(fn, ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue']);
  }

  #bind(fn: RelayFunction, actions: string[]): void {
    fn.allow(actions, this.#arnPattern);
    fn.setAddress('secretPrefix', this.#prefix);
    const secrets = `secret:${integrationSecretName(this.#prefix, '*')}`;
    Validations.of(fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:${secrets}]`,
      reason: 'Integrations are made at run time; the prefix is the tightest name their secrets share.',
    });
  }
}
