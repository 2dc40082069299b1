import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { integrationSecretName, webhookSecretName } from '../../functions/contract/environment.ts';
import { CustomerKey, keyOf } from './customer-key.ts';
import { dataPolicy } from './data-policy.ts';
import type { RelayFunction } from './relay-function.ts';

/** Bearer tokens of the management API, a JSON object of name and token. Born with one token, `admin`. */
export class ApiTokens extends Construct {
  readonly arn: string;
  readonly #secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new Secret(this, 'Secret', {
      ...keyOf(this),
      removalPolicy: dataPolicy,
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

/**
 * What the calls of webhook rules are signed with: `whsec_` and this text are the receivers' secret (24 bytes in
 * base64).
 */
export class SigningSecret extends Construct {
  readonly arn: string;
  readonly #secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new Secret(this, 'Secret', {
      ...keyOf(this),
      removalPolicy: dataPolicy,
      description: 'opencode-relay: signs the calls of webhook rules; receivers know it as whsec_<this>',
      generateSecretString: { passwordLength: 32, excludePunctuation: true },
    });
    this.arn = this.#secret.secretArn;
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Its receivers have to be given the new one in the same hour: a timer would cut them off.',
    });
  }

  readBy(fn: RelayFunction): void {
    fn.allow(['secretsmanager:GetSecretValue'], this.arn);
    fn.setAddress('webhookSigningSecretArn', this.arn);
  }
}

/** Value of the header that what stands before the API adds to each request. */
export class FrontSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      ...keyOf(this),
      removalPolicy: dataPolicy,
      description:
        'opencode-relay: values of the header that requests carry, the next one behind a space while it changes',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    this.arn = secret.secretArn;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'What stands before the API has to be given the new one first: a timer would shut out everybody.',
    });
  }

  readBy(fn: RelayFunction): void {
    fn.allow(['secretsmanager:GetSecretValue'], this.arn);
    fn.setAddress('frontSecretArn', this.arn);
  }
}

/** Secrets that the management API makes at run time, under one prefix. */
class PrefixedSecrets extends Construct {
  readonly #prefix: string;
  readonly #names: string;

  /** `names`: the pattern of their names. */
  constructor(scope: Construct, id: string, { prefix, names }: { prefix: string; names: string }) {
    super(scope, id);
    this.#prefix = prefix;
    this.#names = names;
  }

  readBy(...fns: RelayFunction[]): void {
    for (const fn of fns) this.#bind(fn, ['secretsmanager:GetSecretValue']);
  }

  /** Not read: the API never gives a secret back. */
  writtenBy(fn: RelayFunction): void {
    const changes = ['CreateSecret', 'PutSecretValue', 'DeleteSecret', 'RestoreSecret'];
    this.#bind(
      fn,
      changes.map((change) => `secretsmanager:${change}`),
    );
    fn.setAddress('secretKeyArn', CustomerKey.of(this)?.keyArn ?? '');
  }

  #bind(fn: RelayFunction, actions: string[]): void {
    const arnPattern = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: this.#names,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    fn.allow(actions, arnPattern);
    fn.setAddress('secretPrefix', this.#prefix);
    const secrets = `secret:${this.#names}`;
    Validations.of(fn).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:${secrets}]`,
      reason: 'They are made at run time; the prefix is the tightest name that they share.',
    });
  }
}

/** Passwords of the OpenCode servers: one secret per integration. */
export class IntegrationSecrets extends PrefixedSecrets {
  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id, { prefix, names: integrationSecretName(prefix, '*') });
  }
}

/** What senders of webhooks sign with, or show: one secret per webhook that asks for it. */
export class WebhookSecrets extends PrefixedSecrets {
  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id, { prefix, names: webhookSecretName(prefix, '*') });
  }
}
