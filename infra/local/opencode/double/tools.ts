import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { gitEnvironment } from '../git-environment.ts';
import type { Tool } from '../scripts.ts';

/** A call as 2.x names it. Scripts are written in the names of 1.x. */
export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

const scripted = z.object({ filePath: z.string().optional() }).catchall(z.unknown());

export function toolCall({ name, input }: Tool): ToolCall {
  const { filePath, ...rest } = scripted.parse(input);
  const renamed = { bash: 'shell', task: 'subagent' }[name] ?? name;
  return { name: renamed, input: filePath === undefined ? rest : { path: filePath, ...rest } };
}

const inputs = {
  shell: z.object({ command: z.string() }),
  read: z.object({ path: z.string() }),
  write: z.object({ path: z.string(), content: z.string() }),
  edit: z.object({ path: z.string(), oldString: z.string(), newString: z.string() }),
};

/** Does what a tool does, in the session's directory. What goes wrong is thrown in the tool's own words. */
export async function runTool(directory: string, { name, input }: ToolCall, signal: AbortSignal): Promise<string> {
  switch (name) {
    case 'shell':
      return runShell(directory, inputs.shell.parse(input).command, signal);
    case 'read':
      return readFile(resolve(directory, inputs.read.parse(input).path), 'utf8');
    case 'write': {
      const { path, content } = inputs.write.parse(input);
      await mkdir(dirname(resolve(directory, path)), { recursive: true });
      await writeFile(resolve(directory, path), content);
      return `Wrote ${path}`;
    }
    case 'edit': {
      const { path, oldString, newString } = inputs.edit.parse(input);
      const before = await readFile(resolve(directory, path), 'utf8');
      if (!before.includes(oldString)) throw new Error(`oldString is not in ${path}`);
      await writeFile(
        resolve(directory, path),
        before.replace(oldString, () => newString),
      );
      return `Edited ${path}`;
    }
    default:
      throw new Error(`There is no tool "${name}"`);
  }
}

async function runShell(directory: string, command: string, signal: AbortSignal): Promise<string> {
  const { output, exit } = await execute(directory, command, signal);
  return exit === 0 ? output : `${output}\nexit code ${exit}`;
}

/** Runs a command to its end. Aborted, it is killed with all that it started, and has no exit code. */
export function execute(
  cwd: string,
  command: string,
  signal: AbortSignal,
): Promise<{ output: string; exit: number | undefined }> {
  const env = { PATH: process.env.PATH, HOME: cwd, ...gitEnvironment };
  const child = spawn('bash', ['-c', command], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      signal.removeEventListener('abort', kill);
      done({ output: Buffer.concat(chunks).toString(), exit: code ?? undefined });
    });
  });
}
