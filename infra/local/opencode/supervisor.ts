/**
 * Runs a program for as long as its own parent lives: `node supervisor.ts PROGRAM ARGUMENTS…`. A parent that is gone,
 * also by `kill -9`, closes the IPC channel, and the program is killed with the process group that it leads.
 */
import { spawn } from 'node:child_process';

const [program = '', ...programArguments] = process.argv.slice(2);
const child = spawn(program, programArguments, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

/** SIGKILL: the server does nothing more on SIGTERM, and swallows it while it installs something. */
function kill(): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

process.on('disconnect', kill);
process.on('SIGTERM', kill);
process.on('SIGINT', kill);
child.on('spawn', () => process.send?.({ pid: child.pid }));
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
