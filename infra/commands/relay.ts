import { didYouMean } from '../parse-options.ts';
import { UsageError } from '../usage-error.ts';
import type { World } from './command.ts';
import { Failure } from './failure.ts';
import { formsOf, overview } from './help.ts';
import { commands } from './table.ts';

/** How a command ended. `code`: 1 where something was not done, 2 where the caller has to mend the command line. */
interface Ended {
  stdout: string;
  stderr: string;
  code: 0 | 1 | 2;
}

/** Runs `relay <command> …`, the command's name first. */
export async function relay([name = '--help', ...args]: string[], world: World): Promise<Ended> {
  if (['--help', '-h', 'help'].includes(name)) return { stdout: overview(commands), stderr: '', code: 0 };
  const command = commands.find((each) => each.name === name);
  if (!command) {
    const names = commands.map((each) => each.name);
    const problem = `There is no command "${name}".${didYouMean(name, names)}`;
    return { stdout: '', stderr: `${problem}\n\n${overview(commands)}`, code: 2 };
  }
  try {
    const { text, done } = await command.run(args, world);
    return { stdout: text, stderr: '', code: done ? 0 : 1 };
  } catch (error) {
    if (error instanceof UsageError) return { stdout: '', stderr: `${error.message}\n\n${formsOf(command)}`, code: 2 };
    return { stdout: '', stderr: `${messageOf(error)}\n`, code: error instanceof Failure && error.isOfCaller ? 2 : 1 };
  }
}

/** The name of an AWS error stays: it is what one looks for. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof Failure || error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
}
