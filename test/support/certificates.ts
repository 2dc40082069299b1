import { once } from 'node:events';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';

/** A certificate with its key, both PEM. */
interface Identity {
  certificate: string;
  key: string;
}

/** An authority that no system trusts, as a company has one of its own. */
export async function createAuthority(): Promise<Identity> {
  const extensions = [
    { name: 'basicConstraints' as const, cA: true, critical: true },
    { name: 'keyUsage' as const, keyCertSign: true, digitalSignature: true, critical: true },
  ];
  return identityOf(
    await generate([{ name: 'commonName', value: 'Corporate root' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions,
    }),
  );
}

/** Signed by the authority, for a server on loopback by its address and these names, and for a client. */
export async function createIdentity(authority: Identity, names: string[] = ['localhost']): Promise<Identity> {
  const altNames = [...names.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: '127.0.0.1' }];
  const extensions = [
    { name: 'keyUsage' as const, digitalSignature: true, critical: true },
    { name: 'extKeyUsage' as const, serverAuth: true, clientAuth: true },
    { name: 'subjectAltName' as const, altNames },
  ];
  const ca = { cert: authority.certificate, key: authority.key };
  return identityOf(
    await generate([{ name: 'commonName', value: names[0] ?? '' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions,
      ca,
    }),
  );
}

const identityOf = ({ cert, private: key }: { cert: string; private: string }): Identity => ({
  certificate: cert,
  key,
});

/** An HTTPS server on loopback that answers with the name in its client's certificate; closed after the test. */
export async function startTlsServer(
  { certificate: cert, key }: Identity,
  options: ServerOptions = {},
): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer({ cert, key, ...options }, (request, response) => {
    const { socket } = request;
    const peer =
      'getPeerCertificate' in socket && typeof socket.getPeerCertificate === 'function'
        ? socket.getPeerCertificate()
        : {};
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ client: peer?.subject?.CN ?? null }));
  });
  server.on('secureConnection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}
