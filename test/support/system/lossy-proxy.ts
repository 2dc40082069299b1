import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { z } from 'zod';

interface LossyProxy {
  url: string;
  /** Method and path of each request that was forwarded. */
  forwarded: string[];
  /** Of each of them. */
  headers: IncomingHttpHeaders[];
  /** How many answers were swallowed. */
  lost: number;
  close(): Promise<void>;
}

/**
 * Stands before a server and swallows the first answer to each request that `loses` names: the server has done the
 * work, the caller sees a broken connection. Answers every so many-th request with 502 where `refusesEvery` is given.
 */
export async function startLossyProxy(
  target: string,
  loses: (call: string) => boolean,
  { refusesEvery = Number.POSITIVE_INFINITY } = {},
): Promise<LossyProxy> {
  const swallowed = new Set<string>();
  let requests = 0;
  const proxy = {
    url: '',
    forwarded: [] as string[],
    headers: [] as IncomingHttpHeaders[],
    lost: 0,
    close: async () => {},
  };
  const server = createServer((incoming, outgoing) => {
    const call = `${incoming.method} ${incoming.url}`;
    requests += 1;
    if (requests % refusesEvery === 0) {
      incoming.resume();
      return void outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
    }
    proxy.forwarded.push(call);
    proxy.headers.push(incoming.headers);
    const onward = request(`${target}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    onward.on('response', (response) => {
      if (loses(call) && !swallowed.has(call)) {
        swallowed.add(call);
        proxy.lost += 1;
        response.resume();
        response.on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  proxy.url = `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
  proxy.close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return proxy;
}
