import type { BrowserContext } from 'playwright-core';

/** Files, what stands in the page itself, and this machine. */
const isHere = (address: string) => {
  const { protocol, hostname } = new URL(address);
  if (['file:', 'data:', 'blob:', 'about:'].includes(protocol)) return true;
  return ['http:', 'https:', 'ws:'].includes(protocol) && ['127.0.0.1', 'localhost'].includes(hostname);
};

/** Notes what the pages of a profile ask for and complain of, and lets no request go elsewhere than to this machine. */
export async function watch(context: BrowserContext): Promise<{ troubles: string[]; requests: string[] }> {
  const troubles: string[] = [];
  const requests: string[] = [];
  const note = (address: string) => {
    requests.push(address);
    if (!isHere(address)) troubles.push(`request to ${address}`);
  };
  context.on('request', (request) => note(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => note(socket.url())));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => troubles.push(`uncaught: ${error.error().message}`));
  await context.route(
    (url) => !isHere(url.href),
    (route) => route.abort('blockedbyclient'),
  );
  return { troubles, requests };
}
