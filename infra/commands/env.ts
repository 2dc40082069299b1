import { connectApi } from './api.ts';
import { command, lines } from './command.ts';
import { anyHook } from './hook.ts';
import { dataOption, localCredentials, readLocalOutputs, regionOf } from './local-outputs.ts';

/** Stands where there is no webhook yet, for whoever looks for the variables in vain. */
const NO_HOOK =
  '# RELAY_ID, WEBHOOK_ID and WEBHOOK_KEY are missing: there is no relay with a webhook yet. npm start makes one.';

export const env = command({
  name: 'env',
  summary: 'Prints the variables by which the other commands, curl and AWS tools find the local stack.',
  forms: [
    ['', 'lines for a shell: eval "$(npm run -s env)"'],
    ['--json', 'the same as a JSON object'],
  ],
  options: {
    json: { type: 'boolean', default: false, help: 'JSON instead of lines for a shell' },
    data: dataOption,
  },
  maxArguments: 0,
  async run({ values }, world) {
    const outputs = await readLocalOutputs(values.data);
    const api = connectApi({ url: outputs.ApiUrl, token: outputs.ApiToken }, world.fetch);
    const hook = await anyHook(api);
    const region = regionOf(outputs.ApiTokenSecretArn) ?? '';
    const variables = {
      API_URL: outputs.ApiUrl,
      API_TOKEN: outputs.ApiToken,
      HOOKS_URL: outputs.HooksUrl,
      ...(hook && { RELAY_ID: hook.relayId, WEBHOOK_ID: hook.webhookId, WEBHOOK_KEY: hook.webhookKey }),
      OPENCODE_SERVER_PASSWORD: outputs.OpenCodePassword,
      AWS_ENDPOINT_URL: outputs.AwsEndpointUrl,
      // The SDKs read the one, the aws CLI the other.
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    };
    if (values.json) return { text: lines([JSON.stringify(variables, null, 2)]), done: true };
    const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
    return { text: lines(hook ? exports : [...exports, NO_HOOK]), done: true };
  },
});

/** One word of a POSIX shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
