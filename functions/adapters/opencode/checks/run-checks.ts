import { randomBytes } from 'node:crypto';
import type { CheckRun } from '../../../domain/verification/verdict.ts';
import type { CheckOrder, ChecksSeen } from '../../../ports.ts';
import { commandOf, type RunCommand } from '../shell-command.ts';
import { endScript, lookScript, outputScript, startScript } from './scripts.ts';
import { supervisorScript } from './supervisor-script.ts';

/** Has checks run in the background. False where the server runs no command; a repeat finds what was started. */
export async function startChecks(run: RunCommand, order: CheckOrder): Promise<boolean> {
  const { id, directory, baseCommit, own, checks } = order;
  const words = [inBase64(directory), baseCommit ?? '-', own ? '1' : '0'];
  for (const { command, seconds, onBase } of checks) words.push(inBase64(command), String(seconds), onBase ? '1' : '0');
  return (await ask(run, startScript, id, [inBase64(supervisorScript), ...words]))?.includes('started') ?? false;
}

/** Null where the server could not be asked. */
export async function lookAtChecks(run: RunCommand, id: string): Promise<ChecksSeen | null> {
  const lines = await ask(run, lookScript, id, []);
  const state = states.find((known) => lines?.includes(`state ${known}`));
  if (!lines || !state) return null;
  const now = nowOf.exec(lines.find((line) => nowOf.test(line)) ?? '')?.[1];
  return { state, runs: lines.flatMap(runOf), now: now === undefined ? null : Number(now) };
}

const states = ['done', 'running', 'lost'] as const satisfies ChecksSeen['state'][];
const nowOf = /^now (\d+) /;

function runOf(line: string): CheckRun[] {
  const [, check, on, code, seconds] = /^run (\d+) (patch|again|base) (\d+|late) (-?\d+)$/.exec(line) ?? [];
  if (on !== 'patch' && on !== 'again' && on !== 'base') return [];
  return [{ check: Number(check), on, code: code === 'late' ? null : Number(code), seconds: Number(seconds) }];
}

/**
 * The last 8 KiB of what each of the runs printed; null where that is not to be had. A command each: in base64,
 * those of eight checks are more than the 64 KiB that are read of a command on 2.x.
 */
export async function checkOutputs(
  run: RunCommand,
  id: string,
  runs: readonly Pick<CheckRun, 'check' | 'on'>[],
): Promise<(string | null)[]> {
  const outputs: (string | null)[] = [];
  for (const { check, on } of runs) {
    const lines = await ask(run, outputScript, id, [`${check}.${on}`]);
    const output = lines?.includes('end') && lines.find((line) => line.startsWith('output '));
    outputs.push(output ? Buffer.from(output.slice('output '.length), 'base64').toString('utf8') : null);
  }
  return outputs;
}

/** Ends what is at work of them, and removes what they were run with. */
export const endChecks = async (run: RunCommand, id: string): Promise<boolean> =>
  (await ask(run, endScript, id, []))?.includes('ended') ?? false;

/** Lines of a script's own begin with its nonce; a shell may say more. Null where no command was run. */
async function ask(run: RunCommand, script: string, id: string, words: string[]): Promise<string[] | null> {
  const nonce = randomBytes(8).toString('hex');
  const told = await run(commandOf(script, [id, nonce, ...words]));
  const mark = `${nonce} `;
  return (
    told?.split('\n').flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length).trimEnd()] : [])) ?? null
  );
}

/** Needs no quoting; a word must not be empty. */
const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
