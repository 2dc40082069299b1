import { z } from 'zod';
import type { Places } from './places.ts';
import { type Asked, bodyOf, data, noContent, Refused, type Route } from './replies.ts';
import type { Store } from './store.ts';
import { execute } from './tools.ts';

interface Command {
  id: string;
  status: 'running' | 'exited' | 'timeout';
  exit?: number;
  output: string;
  controller: AbortController;
}

const creation = z.object({ command: z.string(), timeout: z.number().int().min(0).optional() });
const OUTPUT_BYTES = 64 * 1024;

/** Commands without a model: started at once, then asked for until they have exited. */
export function shellRoutes(places: Places, store: Store): Route[] {
  const commands = new Map<string, Command>();
  const known = ({ params }: Asked): Command => {
    const command = commands.get(params.id ?? '');
    if (!command) throw new Refused(404, 'ShellNotFoundError');
    return command;
  };
  const wire = ({ id, status, exit }: Command) =>
    data({ id, status, ...(exit !== undefined && { exit }), metadata: {} });

  const run = async (command: Command, directory: string, text: string, timeout: number | undefined) => {
    const timer = timeout === undefined ? undefined : setTimeout(() => command.controller.abort(), timeout);
    const { output, exit } = await execute(directory, text, command.controller.signal);
    clearTimeout(timer);
    Object.assign(command, exit === undefined ? { status: 'timeout', output } : { status: 'exited', exit, output });
  };

  return [
    {
      method: 'POST',
      path: '/api/shell',
      async answer(asked) {
        const { command: text, timeout } = bodyOf(asked, creation);
        const directory = await places.asked(asked);
        const command: Command = {
          id: store.id('sh'),
          status: 'running',
          output: '',
          controller: new AbortController(),
        };
        commands.set(command.id, command);
        void run(command, directory, text, timeout);
        return wire(command);
      },
    },
    { method: 'GET', path: '/api/shell/:id', answer: (asked) => wire(known(asked)) },
    {
      method: 'GET',
      path: '/api/shell/:id/output',
      answer(asked) {
        const bytes = Buffer.from(known(asked).output);
        const from = Number(asked.query.get('cursor') ?? 0);
        const page = bytes.subarray(from, from + Number(asked.query.get('limit') ?? OUTPUT_BYTES));
        const cursor = from + page.length;
        return data({ output: page.toString(), cursor, size: bytes.length, truncated: false });
      },
    },
    {
      method: 'DELETE',
      path: '/api/shell/:id',
      answer({ params }) {
        commands.get(params.id ?? '')?.controller.abort();
        commands.delete(params.id ?? '');
        return noContent;
      },
    },
  ];
}
