import { Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { RelayFunction } from './relay-function.ts';

const ID = 'CustomerKey';

/** The key of an organisation that wants its own for what is stored; the stack has one at most. */
export class CustomerKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, arn: string) {
    super(scope, ID);
    this.key = Key.fromKeyArn(this, 'Key', arn);
  }

  /** The key of the stack that `scope` is in; undefined: AWS's own are used. */
  static of(scope: Construct): IKey | undefined {
    const found = Stack.of(scope).node.tryFindChild(ID);
    return found instanceof CustomerKey ? found.key : undefined;
  }

  /** Services use the key for whoever reads and writes. */
  usedBy(fns: RelayFunction[]): void {
    for (const fn of fns) fn.allow(['kms:Decrypt', 'kms:GenerateDataKey'], this.key.keyArn);
  }
}

/** For a log group, and for a secret. */
export function keyOf(scope: Construct): { encryptionKey?: IKey } {
  const encryptionKey = CustomerKey.of(scope);
  return encryptionKey ? { encryptionKey } : {};
}
