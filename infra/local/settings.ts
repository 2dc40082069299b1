import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const settingsSchema = z.strictObject({
  /** Rules stored by an earlier run name this port in their endpoint, so it has to stay. */
  openCodePort: z.int(),
  awsPort: z.int(),
  openCodePassword: z.string().min(1),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Reads the settings that outlive a run, or chooses them at the first start. Private: they hold a password. */
export async function openSettings(dataDirectory: string): Promise<Settings> {
  const file = join(dataDirectory, 'settings.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) return settingsSchema.parse(JSON.parse(text));
  const [openCodePort, awsPort] = await freePorts(2);
  const settings = settingsSchema.parse({
    openCodePort,
    awsPort,
    openCodePassword: randomBytes(18).toString('base64url'),
  });
  await writePrivate(file, settings);
  return settings;
}

/** Writes JSON that only the user may read, whole or not at all. */
export async function writePrivate(file: string, value: unknown): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
