import * as z from 'zod';
import { TaskError } from '../../../domain/task/errors.ts';
import type { Call, Client } from '../client.ts';
import type { ServerRefusal } from '../refusals.ts';

/** How 2.x is told the directory of a request; it ignores `directory`. */
export const at = (directory: string): Record<string, string> => ({ 'location[directory]': directory });

/** What every answer is wrapped in. */
export const dataOf = <Schema extends z.ZodType>(schema: Schema) => z.object({ data: schema });

const locationSchema = z.object({
  directory: z.string().min(1),
  project: z.object({
    id: z.string(),
    /** Root of the checkout that the directory lies in. */
    directory: z.string(),
  }),
});
type Location = z.infer<typeof locationSchema>;

/** Id of the project of all directories that are in no repository. */
export const noProject = 'global';

/** Null: the server's own directory. */
export const readLocation = (
  client: Client,
  directory: string | null,
  options: Pick<Call, 'onRefusal' | 'time'> = {},
): Promise<Location> =>
  client.ask(
    { method: 'GET', path: '/api/location', query: directory === null ? {} : at(directory), ...options },
    locationSchema,
  );

/** A directory that is not there is 404 by name, and 500 without a body before 2.0.26; a file is 500 as well. */
export const unusable =
  (directory: string) =>
  ({ status, name }: ServerRefusal): TaskError | undefined => {
    const isMissing =
      name === 'LocationNotFoundError' || name === 'FileNotFoundError' || (status === 500 && name === null);
    if (!isMissing) return undefined;
    return new TaskError(
      'WorkspaceFailed',
      `The server has no usable directory ${directory}. Correct config.directory of the rule: an absolute path on the server's disk.`,
    );
  };
