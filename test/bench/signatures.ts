import { type Measured, measure } from './receive-alert.ts';
import { benchSchemes } from './schemes.ts';
import { compared } from './statistics.ts';
import { startStub } from './stub.ts';

/** Fresh processes of each scheme, in turn. */
const PROCESSES = 3;
/** Warm deliveries of each, by their alerts: one of 400 takes 30 ms. */
const ROUNDS = { 4: 60, 400: 15 };

/** What a signature costs `receive-alert`: over a signed time, and with the memory of deliveries; each against none. */
export async function benchSignatures(folder: string): Promise<void> {
  const stub = await startStub();
  try {
    for (const alerts of [4, 400] as const) {
      const runs = new Map(benchSchemes.map((scheme): [string, Measured[]] => [scheme, []]));
      for (let process = 0; process < PROCESSES; process++) {
        for (const scheme of benchSchemes) {
          runs.get(scheme)?.push(await measure(folder, stub.url, { alerts, scheme, rounds: ROUNDS[alerts] }));
        }
      }
      report(runs, alerts);
    }
  } finally {
    await stub.close();
  }
}

function report(runs: Map<string, Measured[]>, alerts: number): void {
  console.log('\nsigned deliveries against unsigned ones');
  for (const scheme of ['timestamp_body', 'sentry']) {
    for (const figure of ['firstMs', 'warmMs'] as const) {
      const of = (name: string) => (runs.get(name) ?? []).map((run) => run[figure]);
      const what = figure === 'firstMs' ? 'first delivery' : 'warm delivery';
      console.log(compared(`${what}, ${scheme}, ${alerts} alerts`, of(scheme), of('none'), 'ms'));
    }
  }
}
