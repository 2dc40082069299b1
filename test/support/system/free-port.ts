import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to connections and to whoever asks for any: those are taken again within a moment.
 */
const PORTS: [from: number, to: number] = [10_000, 30_000];

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const port = randomInt(...PORTS);
  const server = createServer();
  const free = await new Promise<boolean>((answer) => {
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => answer(true));
  });
  if (!free) return freePort();
  await new Promise((done) => server.close(done));
  return port;
}
