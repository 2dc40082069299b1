import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * Synthesizes the CDK app as `cdk synth` does, into a folder of its own (`cdk.out` belongs to the CDK command), and
 * returns that folder. `privateHosts` are the hosts that may be reached by http or on loopback; `more` is further context.
 */
export async function synthesize(
  dataDirectory: string,
  privateHosts: string[],
  more: Record<string, unknown> = {},
): Promise<string> {
  const assembly = resolve(dataDirectory, 'cdk.out');
  await mkdir(assembly, { recursive: true });
  const { context } = cdkJsonSchema.parse(JSON.parse(await readFile(join(projectRoot, 'cdk.json'), 'utf8')));
  const environment = {
    ...process.env,
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, privateHosts, ...more }),
  };
  const app = join(projectRoot, 'infra/app.ts');
  try {
    await promisify(execFile)(process.execPath, [app], { cwd: projectRoot, env: environment });
  } catch (error) {
    throw new Error(`The CDK app does not synthesize; run "npm run synth" for the whole message`, { cause: error });
  }
  return assembly;
}
