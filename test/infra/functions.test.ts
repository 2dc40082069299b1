import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { limits, pollTimeoutSeconds } from '../../functions/contract/limits.ts';
import { stormLimits } from '../../functions/contract/storm.ts';
import { retryDelaySeconds } from '../../functions/domain/task/retry-delay.ts';
import { referenceText } from '../support/references.ts';
import { projectRoot } from '../support/source-files.ts';
import { resourcesIn, synthesizedTemplate, withApp } from '../support/stack.ts';
import { templateSchema } from '../support/template.ts';

const relay = `rly_${'0'.repeat(32)}`;
const template = synthesizedTemplate({ cloudWatchAlarmsRelay: relay });
const { ofType, named } = resourcesIn(template);
const functions = new Map(
  ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [
    referenceText({ Ref: id }).replace(/^<(.+)Function>$/, '$1'),
    Properties,
  ]),
);
const timeoutOf = (name: string) => Number(functions.get(name)?.Timeout);

/** Of the management API's callers, the SDK first of all. */
const SDK_GIVES_UP_SECONDS = 10;

describe('time-outs', () => {
  const expected: Record<string, number> = {
    ReceiveAlert: 10,
    ReceiveAlarm: 30,
    RouteAlert: 90,
    Manage: SDK_GIVES_UP_SECONDS,
    CheckServers: 8,
    CreateSession: 120,
    SendPrompt: 60,
    VerifyPatch: 120,
    SendFindings: 90,
    PollSession: pollTimeoutSeconds,
    AbortSession: 90,
    CollectResult: 180,
    SessionStopped: 270,
    DecideStep: 60,
    RunStopped: 120,
    CheckStorm: 60,
    TriageStorm: 120,
    RecordRootCause: 60,
    StormStopped: 60,
    CallWebhook: 330,
    Sweep: 120,
    WriteDigest: 300,
    WriteReport: 60,
    ClearSession: 120,
    SendHeartbeat: 45,
  };

  test('each function has its own', () => {
    expect(Object.fromEntries([...functions.keys()].map((name) => [name, timeoutOf(name)]))).toEqual(expected);
  });

  test('a call of a webhook rule may take the longest that a rule may set, and leaves time to say how it went', () => {
    expect(timeoutOf('CallWebhook')).toBeGreaterThanOrEqual(limits.webhookTimeoutMs.max / 1_000 + 30);
  });

  test('a router is over before a storm takes what it wrote down for decided', () => {
    expect(timeoutOf('RouteAlert')).toBeLessThan(stormLimits.routerSeconds);
  });

  test('manage has its answer of check-servers before its own caller gives up', () => {
    expect(timeoutOf('CheckServers')).toBeLessThan(timeoutOf('Manage'));
  });

  test('session-stopped aborts and collects in one', () => {
    expect(timeoutOf('SessionStopped')).toBe(timeoutOf('AbortSession') + timeoutOf('CollectResult'));
  });
});

test('each function runs the bundle of its own name', () => {
  const codeOf = withApp({ cloudWatchAlarmsRelay: relay }, (app) => {
    const { directory, stacks } = app.synth();
    const deployed = templateSchema.parse(stacks[0]?.template);
    return resourcesIn(deployed)
      .ofType('AWS::Lambda::Function')
      .map(([id, { Properties }]) => {
        const { S3Key } = z.object({ S3Key: z.string() }).parse(Properties.Code);
        const asset = `asset.${S3Key.replace(/\.zip$/, '')}`;
        return [id, readFileSync(join(directory, asset, 'index.mjs'), 'utf8')];
      });
  });
  expect(codeOf).toHaveLength(functions.size);
  for (const [id = '', code] of codeOf) {
    const name = id.replace(/Function[0-9A-F]{8}$/, '').replace(/(?!^)([A-Z])/g, '-$1');
    expect(code).toContain(`'${name.toLowerCase()}'`);
  }
});

describe('functions', () => {
  test('have the memory that the manual gives its reason for, at the cost that follows from it', () => {
    const rows = readFileSync(join(projectRoot, 'infra/FUNCTIONS.md'), 'utf8').matchAll(
      /^\| `([a-z-]+)` \| ([\d,]+) \| ([\d.]+) \| [^|]+ \| ([\d.]+) \| ([\d,]+) \| ([\d.]+) \| [^|]+ \|$/gm,
    );
    const told = [...rows].map(([, name = '', ...figures]) => {
      const [memory = 0, vcpu, cpuMs = 0, waitMs = 0, usd] = figures.map((each) => Number(each.replaceAll(',', '')));
      const share = Math.min(1, memory / 1_769);
      const reckoned = 0.2 + (memory / 1_024) * ((waitMs + cpuMs / share) / 1_000) * 13.3334;
      expect([name, vcpu, usd]).toEqual([name, Number(share.toFixed(2)), Number(reckoned.toFixed(2))]);
      return [name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()), memory];
    });
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries([...functions].map(([name, { MemorySize }]) => [name, MemorySize])),
    );
  });

  test('name the sources in stack traces, but for the one whose cold start a sender waits for', () => {
    const without = [...functions]
      .filter(([, { Environment }]) => !JSON.stringify(Environment).includes('"NODE_OPTIONS":"--enable-source-maps"'))
      .map(([name]) => name);
    expect(without).toEqual(['ReceiveAlert']);
  });

  test('that are called without an answer keep what fails for good', () => {
    const kept = [...functions].flatMap(([name, { DeadLetterConfig }]) =>
      DeadLetterConfig === undefined ? [] : [[name, DeadLetterConfig]],
    );
    const to = (name: string) => ({
      TargetArn: { 'Fn::GetAtt': [expect.stringMatching(`^${name}[0-9A-F]{8}$`), 'Arn'] },
    });
    expect(Object.fromEntries(kept)).toEqual({
      ReceiveAlarm: to('AlarmDeadLetters'),
      SessionStopped: to('StoppedDeadLetters'),
      RunStopped: to('StoppedDeadLetters'),
      StormStopped: to('StoppedDeadLetters'),
      ClearSession: to('StoppedDeadLetters'),
    });
  });

  test('write to a log group of their own', () => {
    for (const [name, { LoggingConfig }] of functions) {
      expect(LoggingConfig).toMatchObject({ LogGroup: { Ref: expect.stringMatching(`^${name}Logs[0-9A-F]{8}$`) } });
    }
  });
});

describe.each([
  ['Deliveries', 'RouteAlert'],
  ['WebhookCalls', 'CallWebhook'],
])('the queue %s', (queue, consumer) => {
  const { Properties } = named('AWS::SQS::Queue', `${queue}Queue`);

  test('shows a message again only when the function that has it is over, six times over', () => {
    expect(Properties.VisibilityTimeout).toBe(6 * timeoutOf(consumer));
  });

  test('gives a failed message back after the longest delay, not later than by itself', () => {
    expect(retryDelaySeconds(100)).toBeLessThanOrEqual(Number(Properties.VisibilityTimeout));
  });

  test('puts aside what failed eight times, in dead letters of its own', () => {
    expect(Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [expect.stringMatching(`^${queue}DeadLetters[0-9A-F]{8}$`), 'Arn'] },
      maxReceiveCount: 8,
    });
  });

  test('is emptied by its consumer and by no other', () => {
    const sources = ofType('AWS::Lambda::EventSourceMapping').map(([, source]) => [
      referenceText(source.Properties.EventSourceArn),
      referenceText(source.Properties.FunctionName),
    ]);
    expect(sources.filter(([source]) => source === `<${queue}Queue.Arn>`)).toEqual([
      [`<${queue}Queue.Arn>`, `<${consumer}Function>`],
    ]);
    expect(sources).toHaveLength(2);
  });
});
