import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** Names of the program: where it was unpacked, as Debian installs it, as its makers call it. */
const candidates = [process.env.RELAY_ALERTMANAGER, 'prometheus-alertmanager', 'alertmanager'];

/** The program that is there, and its version; undefined where there is none. */
export function findAlertmanager(): { program: string; version: string } | undefined {
  for (const program of candidates) {
    if (!program) continue;
    try {
      const said = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      return { program, version: /version ([\d.]+)/.exec(said)?.[1] ?? 'unknown' };
    } catch {
      // Not there, or not to be run here.
    }
  }
  return undefined;
}

/** An alert as Prometheus tells it. */
interface ToldAlert {
  labels: Record<string, string>;
  startsAt: string;
  endsAt?: string;
}

/** An Alertmanager on loopback that posts to a hook, repeats after two seconds, and is gone once it is stopped. */
export async function startAlertmanager(program: string, hook: string) {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'alertmanager-')), await freePort()];
  const route = 'receiver: relay, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 2s';
  const receiver = `name: relay, webhook_configs: [{url: '${hook}', send_resolved: true, max_alerts: 1000}]`;
  const config = join(folder, 'alertmanager.yml');
  await writeFile(config, `route: {${route}}\nreceivers: [{${receiver}}]\n`);
  const address = `127.0.0.1:${port}`;
  const options = [`--config.file=${config}`, `--storage.path=${folder}`, `--web.listen-address=${address}`];
  const child = spawn(program, [...options, '--cluster.listen-address='], { stdio: 'ignore' });
  return {
    /** True once it answers. */
    isReady: () =>
      fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    async tell(...alerts: ToldAlert[]): Promise<void> {
      const body = JSON.stringify(alerts);
      const headers = { 'content-type': 'application/json' };
      const { ok, status } = await fetch(`http://${address}/api/v2/alerts`, { method: 'POST', headers, body });
      if (!ok) throw new Error(`Alertmanager answered ${status}`);
    },
    stop: async () => {
      await ended(child);
      await rm(folder, { recursive: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
