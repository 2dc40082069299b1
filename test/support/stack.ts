import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { createApp } from '../../infra/app.ts';
import { type Bundle, type Bundles, functionNames } from '../../infra/bundle.ts';
import { projectRoot } from './source-files.ts';
import { type Resource, type Template, templateSchema } from './template.ts';

const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });

/** Context by which each function and each permission of the stack is there. */
export const everyDoor = {
  cloudWatchAlarmsRelay: `rly_${'0'.repeat(32)}`,
  snsTopics: `arn:aws:sns:eu-central-1:000000000000:alarms=rly_${'1'.repeat(32)}`,
  frontHeader: 'x-front',
};

/**
 * Runs `use` with the app, whose functions are empty: what is in them is not the stack's affair. Leaves nothing behind.
 * CDK's own validation costs ten seconds of CPU time in a process, so one test asks for it.
 */
export function withApp<T>(context: Record<string, unknown>, use: (app: App) => T, validated = false): T {
  const { CDK_VALIDATION } = process.env;
  process.env.CDK_VALIDATION = String(validated);
  const folder = mkdtempSync(join(tmpdir(), 'opencode-relay-synth-'));
  try {
    const cdkJson = cdkJsonSchema.parse(JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')));
    const app = createApp(emptyBundles(join(folder, 'bundles')), {
      outdir: join(folder, 'cdk.out'),
      // What is configured for a stack of this checkout is not what the tests are about.
      context: { ...cdkJson.context, stacks: {}, ...context },
    });
    return use(app);
  } finally {
    if (CDK_VALIDATION === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = CDK_VALIDATION;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nobody looks at the code of a stack whose template is asked for: it is not copied beside it. */
const withoutCode = { 'aws:cdk:disable-asset-staging': true };

declare global {
  /** Texts of templates by context. Kept by the process, since a file may load this module anew. */
  var synthesizedTemplates: Map<string, string> | undefined;
}

/** The stack's template as it would be deployed: each made once in a process, each caller has a copy of its own. */
export function synthesizedTemplate(context: Record<string, unknown> = {}): Template {
  globalThis.synthesizedTemplates ??= new Map();
  const key = JSON.stringify(context);
  const text =
    globalThis.synthesizedTemplates.get(key) ??
    withApp({ ...withoutCode, ...context }, (app) => JSON.stringify(app.synth().stacks[0]?.template));
  globalThis.synthesizedTemplates.set(key, text);
  return templateSchema.parse(JSON.parse(text));
}

/** Finds resources by type and by the beginning of their logical id. */
export function resourcesIn({ Resources }: Template) {
  const ofType = (type: string) => Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  return {
    ofType,
    only(type: string): Resource {
      const [found, ...others] = ofType(type);
      if (!found || others.length > 0) throw new Error(`${type}: ${others.length + 1} found instead of one`);
      return found[1];
    },
    named(type: string, id: string): Resource {
      const found = ofType(type).find(([logicalId]) => logicalId.startsWith(id));
      if (!found) throw new Error(`${type}: none is named ${id}`);
      return found[1];
    },
  };
}

function emptyBundles(root: string): Bundles {
  const bundle = (name: string): Bundle => {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.mjs'), `export const handler = async () => '${name}';\n`);
    return { folder, files: [], bytes: 0, imports: [] };
  };
  return Object.fromEntries(functionNames.map((name) => [name, bundle(name)])) as Bundles;
}
