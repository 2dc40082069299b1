import { once } from 'node:events';
import { createServer } from 'node:net';
import { z } from 'zod';

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  await new Promise((done) => server.close(done));
  return port;
}
