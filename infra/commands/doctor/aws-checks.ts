import type { CloudFormationClient, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { DetectStackResourceDriftCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { readTokens } from '../token/token-secret.ts';
import { type Check, ok, toMend } from './finding.ts';

/** A stack as CloudFormation tells it, and the clients for what it holds. */
export interface StackView {
  name: string;
  status: string;
  outputs: ReadonlyMap<string, string>;
  resources: StackResourceSummary[];
  cloudFormation: CloudFormationClient;
  lambda: LambdaClient;
  secrets: SecretsManagerClient;
  queues: SQSClient;
  wait(ms: number): Promise<unknown>;
}

const allow = (action: string): string => `allow ${action} to whoever runs this`;

/** Looks at what the stack is made of. */
export const awsChecks = (view: StackView): Check[] => [
  { name: 'stack', needs: allow('cloudformation:DescribeStacks'), look: async () => [lookAtStatus(view)] },
  { name: 'concurrency', needs: allow('lambda:GetAccountSettings'), look: () => lookAtConcurrency(view) },
  { name: 'functions', needs: allow('lambda:GetFunctionConfiguration'), look: () => lookAtFunctions(view) },
  {
    name: 'secrets',
    needs: allow('secretsmanager:GetSecretValue and DescribeSecret'),
    look: () => lookAtSecrets(view),
  },
  { name: 'queues', needs: allow('sqs:GetQueueAttributes'), look: () => lookAtQueues(view) },
  { name: 'dead letters', needs: allow('sqs:GetQueueAttributes'), look: () => lookAtDeadLetters(view) },
  {
    name: 'topics',
    needs: allow('cloudformation:DetectStackResourceDrift and sns:GetSubscriptionAttributes'),
    look: () => lookAtTopics(view),
  },
];

/** Those of a type that are there: by the template's names, and by AWS's own. */
export const ofType = ({ resources }: Pick<StackView, 'resources'>, type: string) =>
  resources.flatMap(({ ResourceType, LogicalResourceId: id = '', PhysicalResourceId: physical = '' }) =>
    ResourceType === type && physical !== '' ? [{ id, physical }] : [],
  );

function lookAtStatus({ name, status }: StackView) {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok(`${name} is ${status}`);
  if (status.endsWith('_IN_PROGRESS')) return toMend(`${name} is ${status}`, 'wait until the deployment is over');
  return toMend(
    `${name} is ${status}: the last deployment failed`,
    'read the events of the stack, then npm run deploy',
  );
}

/** One each for hooks, routing, the API and sessions would leave nothing; a new account has ten. */
const LEAST_CONCURRENCY = 100;

async function lookAtConcurrency({ lambda }: StackView) {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const free = AccountLimit?.UnreservedConcurrentExecutions ?? limit;
  if (limit >= LEAST_CONCURRENCY)
    return [ok(`the account runs ${limit} functions at once, ${free} of them unreserved`)];
  return [
    toMend(
      `the account runs ${limit} functions at once, for all that is in it: a new account's share`,
      'ask for 1,000 in Service Quotas ("Concurrent executions" of Lambda), and look at "StateTransition" of Step Functions, which new accounts have less of as well',
    ),
  ];
}

async function lookAtFunctions(view: StackView) {
  const functions = ofType(view, 'AWS::Lambda::Function');
  const found = await Promise.all(
    functions.map(async ({ id, physical }) => {
      const command = new GetFunctionConfigurationCommand({ FunctionName: physical });
      const { State = '', LastUpdateStatus = '', Runtime = '' } = await view.lambda.send(command);
      return {
        id,
        isWell: State !== 'Failed' && LastUpdateStatus !== 'Failed',
        state: `${State}/${LastUpdateStatus}`,
        Runtime,
      };
    }),
  );
  const ill = found.filter(({ isWell }) => !isWell);
  if (ill.length === 0) {
    const runtimes = [...new Set(found.map(({ Runtime }) => Runtime))].join(', ');
    return [ok(`${found.length} functions are ready, on ${runtimes}`)];
  }
  const named = ill.map(({ id, state }) => `${id} (${state})`).join(', ');
  return [toMend(`not ready: ${named}`, 'npm run deploy again; the console says why a function failed')];
}

/** The first token is for the installation; each client and person has one of its own. */
async function lookAtSecrets({ outputs, secrets }: StackView) {
  const tokens = outputs.get('ApiTokenSecretArn') ?? '';
  const names = Object.entries(await readTokens(secrets, tokens));
  const isAdmin = names.some(([, token]) => typeof token === 'string' || token.role === 'admin');
  const lines = [
    isAdmin
      ? ok(`${names.length} ${names.length === 1 ? 'token' : 'tokens'} of the API`)
      : toMend('no token of the API may do everything', 'npm run token -- create NAME'),
  ];
  const signing = outputs.get('WebhookSigningSecretArn') ?? '';
  const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: signing }));
  if (DeletedDate) {
    lines.push(
      toMend(
        'the secret that signs webhook calls is about to be deleted',
        `aws secretsmanager restore-secret --secret-id ${signing}`,
      ),
    );
  }
  return lines;
}

const countOf = async ({ queues }: StackView, url: string): Promise<number> => {
  const names = ['ApproximateNumberOfMessages'] as const;
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? Number.NaN);
};

const isDeadLetters = ({ id }: { id: string }): boolean => /DeadLetters/.test(id);
const SECOND_LOOK_MS = 5_000;

/** SQS tells how many wait, not since when: those that are as many a little later are not taken. */
async function lookAtQueues(view: StackView) {
  const working = ofType(view, 'AWS::SQS::Queue').filter((queue) => !isDeadLetters(queue));
  const count = () => Promise.all(working.map(({ physical }) => countOf(view, physical)));
  const first = await count();
  if (first.every((waiting) => waiting === 0)) return [ok('nothing waits')];
  await view.wait(SECOND_LOOK_MS);
  const second = await count();
  const lines = working.flatMap(({ id }, index) => {
    const [before = 0, after = 0] = [first[index], second[index]];
    if (before === 0 || after < before) return [];
    const mend = 'look at the log of the function that takes them, and at the concurrency above';
    return [toMend(`${after} messages wait in ${id} and do not become fewer`, mend)];
  });
  return lines.length > 0
    ? lines
    : [ok(`${first.reduce((sum, each) => sum + each)} messages wait and are being taken`)];
}

async function lookAtDeadLetters(view: StackView) {
  const queues = ofType(view, 'AWS::SQS::Queue').filter(isDeadLetters);
  const counts = await Promise.all(queues.map(({ physical }) => countOf(view, physical)));
  const lines = queues.flatMap(({ id, physical }, index) => {
    const count = counts[index] ?? 0;
    if (count === 0) return [];
    const mend = `read one (aws sqs receive-message --queue-url ${physical}), mend its cause, then npm run redeliver (infra/RECOVERY.md)`;
    return [toMend(`${count} in ${id}`, mend)];
  });
  return lines.length > 0 ? lines : [ok(`none in ${queues.length} queues`)];
}

async function lookAtTopics(view: StackView) {
  const subscriptions = ofType(view, 'AWS::SNS::Subscription');
  if (subscriptions.length === 0) return [ok('the stack takes alarms of no topic')];
  const drifts = await Promise.all(
    subscriptions.map(async ({ id }) => {
      const command = new DetectStackResourceDriftCommand({ StackName: view.name, LogicalResourceId: id });
      return (await view.cloudFormation.send(command)).StackResourceDrift?.StackResourceDriftStatus;
    }),
  );
  const lines = subscriptions.flatMap(({ physical }, index) =>
    drifts[index] === 'IN_SYNC'
      ? []
      : [
          toMend(
            `the subscription ${physical} is ${drifts[index] ?? 'not told'}`,
            'take its topic out of snsTopics, deploy, put it in again, deploy: alarms of it come to nothing',
          ),
        ],
  );
  return lines.length > 0 ? lines : [ok(`${subscriptions.length} subscriptions are there`)];
}
