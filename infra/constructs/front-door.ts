import type { Construct } from 'constructs';
import type { Configuration } from '../configuration/schema.ts';
import type { RelayFunction } from './relay-function.ts';
import { FrontSecret } from './secrets.ts';

/** Has the functions behind the HTTP API ask for the header, where one is configured; then the ARN of its secret. */
export function askForFrontHeader(
  scope: Construct,
  { frontHeader }: Pick<Configuration, 'frontHeader'>,
  fns: RelayFunction[],
): string | undefined {
  const secret = frontHeader === undefined ? undefined : new FrontSecret(scope, 'Front');
  for (const fn of fns) {
    fn.setAddress('frontHeader', frontHeader ?? '');
    if (secret) secret.readBy(fn);
    else fn.setAddress('frontSecretArn', '');
  }
  return secret?.arn;
}

/** Keeps concurrency for alerts and running sessions, where that is configured. */
export function reserveConcurrency(
  { hookConcurrency, sessionConcurrency }: Pick<Configuration, 'hookConcurrency' | 'sessionConcurrency'>,
  { hooks, tasks }: { hooks: RelayFunction; tasks: RelayFunction[] },
): void {
  if (hookConcurrency !== undefined) hooks.reserve(hookConcurrency);
  if (sessionConcurrency !== undefined) for (const task of tasks) task.reserve(sessionConcurrency);
}
