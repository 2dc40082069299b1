import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, test } from 'vitest';
import { withApp } from '../support/stack.ts';

function refusalOf(synthesize: () => void): string {
  try {
    synthesize();
  } catch (error) {
    return String(error);
  }
  return '';
}

/** One synthesis tells both, since a validated one costs seconds. */
test('the checks of a synth find what is amiss, and nothing else in the stack', () => {
  const refusal = refusalOf(() =>
    withApp(
      {},
      (app) => {
        const stack = app.node.children.find(Stack.isStack);
        if (!stack) throw new Error('The app has no stack');
        new Queue(stack, 'WithoutDeadLetters');
        app.synth();
      },
      true,
    ),
  );
  const findings = refusal.split(/\n\s*\n/).filter((part) => /\b(ERROR|WARNING)\b/.test(part));
  expect(findings.filter((finding) => !finding.includes('OpencodeRelay/WithoutDeadLetters/Resource'))).toEqual([]);
  expect(findings).toEqual([
    expect.stringContaining('AwsSolutions-SQS3'),
    expect.stringContaining('AwsSolutions-SQS4'),
  ]);
});
