import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { environment } from '../../functions/contract/environment.ts';
import { lambdaContext } from '../support/fakes/lambda-context.ts';
import { loadAnew } from '../support/load-anew.ts';
import { projectRoot, sourceFiles } from '../support/source-files.ts';

const entries = sourceFiles('functions/*/*/handler.ts').map(({ path, imports }) => {
  const [, room = '', name = ''] = path.split('/');
  return { path, imports, name, ownTest: `test/${room}/${name}/handler.test.ts` };
});
const inside = (chain: string) => entries.filter(({ imports }) => imports.includes(`functions/middleware/${chain}.ts`));

/** What is no word: JSON, or the name of a file that is there. */
const settings = new Map<string, string>([
  [environment.stackBudget, '{}'],
  [environment.alarmDoorsFile, join(projectRoot, 'test/middleware/alarm-doors.json')],
]);

/** How a chain fails on an event that its schema does not know; a bare handler would fail with zod's error. */
const failures = [
  { chain: 'task', error: { name: 'RelayFailed' } },
  { chain: 'queue', error: { message: 'The batch failed and comes again' } },
];

describe('each entry point exports its handler inside its chain', () => {
  beforeAll(() => {
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    for (const name of Object.values(environment)) vi.stubEnv(name, settings.get(name) ?? 'set');
    loadAnew();
  });

  test.each(failures.flatMap(({ chain, error }) => inside(chain).map((entry) => ({ ...entry, chain, error }))))(
    '$name inside the $chain chain',
    async ({ path, name, error }) => {
      const { handler } = z.object({ handler: z.function() }).parse(await import(join(projectRoot, path)));
      const answer: unknown = Reflect.apply(handler, undefined, [{ unknown: 'event' }, lambdaContext(name)]);
      await expect(answer).rejects.toMatchObject(error);
    },
  );

  test('whatever is inside another chain has a test of its own', () => {
    const others = entries.filter((entry) => !failures.some(({ chain }) => inside(chain).includes(entry)));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter(({ ownTest }) => !existsSync(join(projectRoot, ownTest)))).toEqual([]);
  });
});
