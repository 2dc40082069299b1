import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { textOf } from '../commands/doctor/finding.ts';
import { lookAtStack } from '../commands/doctor/look-at-stack.ts';
import { UsageError } from '../usage-error.ts';
import { deploy, usage, type World } from './deploy.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const cdkProgram = fileURLToPath(new URL('../../node_modules/aws-cdk/bin/cdk', import.meta.url));

/** In the terminal that it is started from: it asks, and shows its progress, by itself. */
async function cdk(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [cdkProgram, ...args], { cwd: projectRoot, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** CDK takes the region from either variable, the SDK from one. */
function connect(profile: string | undefined): CloudFormationClient {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  return new CloudFormationClient({
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  });
}

async function askHere(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** An account that is new, a queue that nobody drains: what the doctor says, beside what it asks of the API. */
async function examine(stackName: string, profile: string | undefined): Promise<string[]> {
  const findings = await lookAtStack(stackName, setTimeout, profile === undefined ? undefined : { profile });
  return findings.filter(({ state }) => state !== 'ok').map(textOf);
}

const world: World = {
  directory: projectRoot,
  cdk,
  connect,
  examine,
  print: (line) => void process.stdout.write(`${line}\n`),
  ask: process.stdin.isTTY && process.stdout.isTTY ? askHere : undefined,
};

try {
  process.exitCode = await deploy(process.argv.slice(2), world);
} catch (error) {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(isUsage ? `${message}\n\n${usage}` : `Nothing was deployed: ${message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
