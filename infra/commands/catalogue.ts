import { z } from 'zod';
import { lintIssueSchema } from '../../functions/contract/lint.ts';
import { UsageError } from '../usage-error.ts';
import { apiOf, type ManagementApi } from './api.ts';
import { command, lines } from './command.ts';
import { readJsonFile } from './json-file.ts';
import { dataOption } from './local-outputs.ts';

const catalogueAnswer = z.object({
  catalogue: z.object({
    version: z.int(),
    entries: z.array(z.looseObject({ name: z.string() })),
    createdBy: z.string().nullable(),
  }),
});
const checkAnswer = z.object({ check: z.object({ entries: z.int(), issues: z.array(lintIssueSchema) }) });

/** What is sent is the API's to judge, but for the shape that says which file it is. */
const fileSchema = z.looseObject({ entries: z.array(z.unknown()) });

export const catalogue = command({
  name: 'catalogue',
  summary: 'Gets, checks and puts the catalogue of services, which rules with "catalogue": true ask.',
  forms: [
    ['get [--version N]', 'prints the file in force, or one version: the first time an empty one'],
    ['check FILE', 'what would be refused, and which entries no alert comes to; stores nothing'],
    ['put FILE', 'stores the whole file as the next version, if its "version" is the one in force'],
  ],
  options: {
    version: { type: 'string', value: 'N', help: 'of get: as executions name it (default: the one in force)' },
    data: dataOption,
  },
  notes: 'npm prints lines of its own: `npm run -s catalogue -- get > catalogue.json`.',
  maxArguments: 2,
  async run({ values, positionals: [verb, file] }, world) {
    if (verb === 'get') {
      if (file !== undefined) throw new UsageError('catalogue get takes no file: it prints to the standard output');
      return { text: await got(await apiOf(world, values.data), values.version), done: true };
    }
    if (verb !== 'check' && verb !== 'put') throw new UsageError('catalogue needs get, check FILE or put FILE');
    if (values.version !== undefined) throw new UsageError('--version is for get: a file has its own "version"');
    if (file === undefined) throw new UsageError(`catalogue ${verb} needs the file, as catalogue get prints it`);
    const sent = await readFile(file);
    const api = await apiOf(world, values.data);
    return verb === 'check' ? checked(api, sent) : { text: await put(api, sent), done: true };
  },
});

async function readFile(file: string): Promise<object> {
  const read = fileSchema.safeParse(await readJsonFile(file));
  if (!read.success) throw new UsageError(`${file} is no catalogue: {"version": …, "entries": […]}`);
  return read.data;
}

async function got(api: ManagementApi, version: string | undefined): Promise<string> {
  if (version !== undefined && !/^[1-9]\d*$/.test(version)) {
    throw new UsageError(`--version must be the number of a version, not "${version}"`);
  }
  const path = version === undefined ? '/catalogue' : `/catalogue/versions/${version}`;
  const answer = await api.ask('GET', path, catalogueAnswer);
  const { version: number, entries } = answer.catalogue;
  return `${JSON.stringify({ version: number, entries }, null, 2)}\n`;
}

async function checked(api: ManagementApi, sent: object) {
  const { check } = await api.ask('POST', '/catalogue/check', checkAnswer, sent);
  const { entries, issues } = check;
  const found = issues.map(({ severity, message }) => `  ${severity}: ${message}`);
  const said = issues.length === 0 ? 'nothing is wrong with them' : `${issues.length} of them found wrong`;
  return { text: lines([`${entries} entries: ${said}.`, ...found]), done: issues.length === 0 };
}

async function put(api: ManagementApi, sent: object): Promise<string> {
  const { version, entries } = (await api.ask('PUT', '/catalogue', catalogueAnswer, sent)).catalogue;
  return lines([
    `The catalogue is at version ${version}, with ${entries.length} entries, for all rules that ask it.`,
    `Begin the next change with npm run -s catalogue -- get: the file that you have is of the version before.`,
  ]);
}
