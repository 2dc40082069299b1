import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/**
 * `import … from 'node:http'` makes Node build the module's ESM face, which reads every export, also the lazy ones: of
 * `node:http` that loads undici, of `node:fs` and `node:process` streams. `process.getBuiltinModule` gives the module
 * itself: together a quarter of the CPU time of an import like receive-alert's.
 */
const builtInsThemselves: Plugin = {
  name: 'built-ins-themselves',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${builtinModules.join('|')})$`) }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'built-in',
      // One that nothing is asked of is not loaded.
      sideEffects: false,
    }));
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }));
  },
};

/** Puts `contents` in the place of a file of a package. */
const replacing = (name: string, filter: RegExp, contents: string): Plugin => ({
  name,
  setup: ({ onLoad }) => onLoad({ filter }, () => ({ contents })),
});

/**
 * Lambda hands each function the credentials of its role in environment variables, and so does the local stack. What
 * the SDK tries otherwise (profiles, SSO, STS, processes, instance metadata) is a tenth to a quarter of a bundle. The
 * package's only value that clients import is `defaultProvider`; whoever asks for another fails the build.
 */
const credentialsFromEnvironment = replacing(
  'credentials-from-environment',
  /@aws-sdk[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'",
);

/**
 * Each client looks for its settings (retry mode, endpoint, dual stack) in the environment, and then in the two files
 * of a home folder, which no Lambda has. The search starts threads and loads what reads files.
 */
const withoutConfigFiles = replacing(
  'without-config-files',
  /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]config[\\/]shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/,
  "export { CONFIG_PREFIX_SEPARATOR } from './constants';" +
    'export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });',
);

/** None of our calls sends or answers a stream of events: 15 to 20 KB that every client brings, in case one did. */
const withoutEventStreams = replacing(
  'without-event-streams',
  /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]event-streams[\\/]index\.js$/,
  'export const eventStreamSerdeProvider = () => undefined; export const resolveEventStreamSerdeConfig = (it) => it;',
);

/** DynamoDB's endpoints are asked for only where a variable says so; the cache of the answers is 8 KB. */
const withoutEndpointDiscovery = replacing(
  'without-endpoint-discovery',
  /@aws-sdk[\\/]endpoint-cache[\\/]dist-es[\\/]index\.js$/,
  'export class EndpointCache { getEndpoint() {} }',
);

/** Hashes in JavaScript, 5 KB, for a Node without its own. */
const nativeHashes = replacing(
  'native-hashes',
  /@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/]checksum[\\/]\w+[\\/](Md5|Sha256|Crc32)Js\.js$/,
  'export const Md5Js = undefined, Sha256Js = undefined, Crc32Js = undefined;',
);

/** Each client reads its version from its `package.json`, whose other 2 KB would come along. */
const versionsAlone: Plugin = {
  name: 'versions-alone',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version }: { version: string } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Whatever word a function's source has, errors of AWS that it looks for among them. */
const wordsOfFunctions = (): Set<string> =>
  new Set(
    globSync('functions/**/*.ts', { cwd: projectRoot }).flatMap(
      (path) => readFileSync(join(projectRoot, path), 'utf8').match(/\b[A-Z]\w+\b/g) ?? [],
    ),
  );

/**
 * What a client says of its calls, without two things that esbuild has to keep. Schemas name their traits by constants,
 * `[_hQ]: …`, and whatever has a computed key stays: with the names themselves in their place it keeps the schemas of
 * the calls that are made, of S3 and Lambda a fifth. And each of a service's errors is registered with a class of its
 * own: 20 KB of receive-alert. An error that no function names comes as the service's own, with its name and message.
 */
const slimSchemas: Plugin = {
  name: 'slim-schemas',
  setup({ onLoad }) {
    const words = wordsOfFunctions();
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const names = new Map([...code.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, key, text]) => [key, text]));
      return {
        contents: code
          .replaceAll(/\[(_\w+)\]: /g, (found, key) => (names.has(key) ? `${names.get(key)}: ` : found))
          .replaceAll(/^n\d_registry\.registerError\(\w+\$, (\w+)\);$/gm, (found, name) =>
            words.has(name) ? found : '',
          ),
      };
    });
  },
};

/** What all bundles leave out of the packages that they are made of. */
export const leanPackages: Plugin[] = [
  builtInsThemselves,
  credentialsFromEnvironment,
  withoutConfigFiles,
  withoutEventStreams,
  withoutEndpointDiscovery,
  nativeHashes,
  versionsAlone,
  slimSchemas,
];

/**
 * zod's translation of schemas into JSON Schema, 18 KB, which every schema refers to. An empty module stands for it.
 */
export const withoutJsonSchema = replacing(
  'without-json-schema',
  /zod[\\/]v4[\\/]core[\\/](to-json-schema|json-schema-processors)\.js$/,
  'module.exports = {}',
);
