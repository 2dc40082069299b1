import { Stack } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { withApp } from '../support/stack.ts';

describe('the checks of a synth', () => {
  test('find nothing', () => {
    withApp({}, (app) => expect(() => app.synth()).not.toThrow(), true);
  });

  test('fail it where they find something', () => {
    withApp({}, (app) => {
      const stack = app.node.children.find(Stack.isStack);
      if (!stack) throw new Error('The app has no stack');
      new Queue(stack, 'WithoutDeadLetters');
      expect(() => app.synth()).toThrow('AwsSolutions-SQS3');
    });
  });
});
