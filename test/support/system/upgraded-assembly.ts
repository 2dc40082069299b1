import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { releasedTemplate } from '../release.ts';

const templateFile = 'OpencodeRelay.template.json';
const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
type Definitions = Record<string, unknown>;

/** The assembly with the definitions of the last release, whose machines have the same names. */
export async function withReleasedDefinitions(assembly: string, folder: string): Promise<string> {
  const { Resources } = releasedTemplate();
  const definitions = Object.entries(Resources).flatMap(([id, { Properties }]): [string, unknown][] =>
    Properties.DefinitionString === undefined ? [] : [[id, Properties.DefinitionString]],
  );
  await copyWith(assembly, folder, () => Object.fromEntries(definitions));
  return folder;
}

/** What the functions of `withChangedCode` print as they are loaded. */
export const changedCode = 'code of another release';

/** The assembly with other code in each function, and in each definition a comment of its own. */
export async function withChangedCode(assembly: string, folder: string): Promise<string> {
  await copyWith(assembly, folder, (now) =>
    Object.fromEntries(
      Object.entries(now).map(([id, definition]) => [
        id,
        z.unknown().parse(JSON.parse(JSON.stringify(definition).replace(/(\\"Comment\\":\\")/, '$1Upgraded. '))),
      ]),
    ),
  );
  const assets = z
    .object({
      files: z.record(z.string(), z.object({ source: z.object({ path: z.string(), packaging: z.string() }) })),
    })
    .parse(JSON.parse(await readFile(join(folder, 'OpencodeRelay.assets.json'), 'utf8')));
  for (const { source } of Object.values(assets.files)) {
    if (source.packaging !== 'zip') continue;
    const file = join(folder, source.path, 'index.mjs');
    await writeFile(file, `console.log('${changedCode}');\n${await readFile(file, 'utf8')}`);
  }
  return folder;
}

async function copyWith(assembly: string, folder: string, change: (now: Definitions) => Definitions): Promise<void> {
  await cp(assembly, folder, { recursive: true });
  const template = templateSchema.parse(JSON.parse(await readFile(join(folder, templateFile), 'utf8')));
  const machines = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine',
  );
  const changed = change(Object.fromEntries(machines.map(([id, each]) => [id, each.Properties?.DefinitionString])));
  for (const [id, each] of machines) each.Properties = { ...each.Properties, DefinitionString: changed[id] };
  await writeFile(join(folder, templateFile), JSON.stringify(template));
}
