import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Gatekeeper } from '../../iam/gatekeeper.ts';
import type { Callee, FunctionSpec } from '../../lambda/invocation.ts';
import { AwsError } from '../error.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { answerInvocation, isInvocation } from './invoke.ts';
import { notServed, restRefusal } from './rest.ts';

export interface FunctionDirectory {
  find(id: string): Pick<Callee, 'invoke'> | undefined;
  all(): { spec: FunctionSpec }[];
  /** Calls at once that the account is given; absent: nobody has said. */
  concurrency?: number | undefined;
}

const functionPath = /^\/2015-03-31\/functions(?:\/([^/]*)(\/configuration)?)?$/;

const settingsPath = /^\/2016-08-19\/account-settings\/?$/;
/** What an account has after its first months, where the local stack was given no limit. */
const USUAL_CONCURRENCY = 1_000;

/** Every path of Lambda begins with the date of its version. */
export const isLambda = ({ path }: Pick<HttpRequest, 'path'>): boolean => /^\/20\d\d-\d\d-\d\d\//.test(path);

/** Lambda: calls a function, lists and describes them. Anything else is refused by its name. */
export async function answerLambda(
  functions: FunctionDirectory,
  request: HttpRequest,
  gatekeeper?: Pick<Gatekeeper, 'checkInvocation' | 'checkOther'>,
): Promise<HttpAnswer> {
  try {
    if (isInvocation(request)) return await answerInvocation(functions, request, gatekeeper);
    gatekeeper?.checkOther(request, `Lambda ${request.method} ${request.path}`);
    return answerReading(functions, request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return restRefusal(error.status, error.type, error.message);
  }
}

function answerReading(functions: FunctionDirectory, request: HttpRequest): HttpAnswer {
  if (request.method === 'GET' && settingsPath.test(request.path)) {
    const limit = functions.concurrency ?? USUAL_CONCURRENCY;
    return json({ AccountLimit: { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: limit } });
  }
  const [matched, id = '', part] = functionPath.exec(request.path) ?? [];
  if (matched === undefined || request.method !== 'GET') return notServed('Lambda', request);
  if (id === '') return json({ Functions: functions.all().map(({ spec }) => configurationOf(spec)) });
  const name = decodeURIComponent(id);
  const fn = functions.all().find(({ spec }) => spec.name === name || spec.arn === name);
  if (!fn) return restRefusal(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  const configuration = configurationOf(fn.spec);
  return json(part ? configuration : { Configuration: configuration });
}

function configurationOf(spec: FunctionSpec) {
  const code = statSync(join(spec.folder, `${spec.handler.split('.')[0]}.mjs`), { throwIfNoEntry: false });
  return {
    FunctionName: spec.name,
    FunctionArn: spec.arn,
    Description: spec.description ?? '',
    Runtime: 'nodejs24.x',
    Role: spec.role ?? '',
    Handler: spec.handler,
    CodeSize: code?.size ?? 0,
    // The form of Lambda: without the Z.
    LastModified: (code?.mtime ?? new Date(0)).toISOString().replace('Z', '+0000'),
    Timeout: spec.timeoutSeconds,
    MemorySize: spec.memoryMiB,
    Version: '$LATEST',
    Environment: { Variables: spec.variables },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: spec.logGroup },
    ...(spec.deadLetterQueue !== undefined && { DeadLetterConfig: { TargetArn: spec.deadLetterQueue } }),
  };
}

const json = (value: unknown): HttpAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
