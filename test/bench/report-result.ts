import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { memoryMiBOf } from '../../infra/functions.ts';

const FILES = 2_000;
const [LINES, LINE] = [220, 'const total = items.reduce((sum, { price }) => sum + price, 0);'];
/** About what Node in Lambda takes of the function's memory for objects. */
const HEAP_SHARE = 0.9;
const collecting = fileURLToPath(new URL('result-process.ts', import.meta.url));
const measuredSchema = z.object({ startMb: z.number(), peakMb: z.number(), files: z.literal(FILES) });

/** How much memory a large result takes on its way from a server's answer to the bucket, in a process of its own. */
export async function reportResult(): Promise<void> {
  const diffs = JSON.stringify(Array.from({ length: FILES }, (_, index) => added(`src/generated/file-${index}.ts`)));
  const prompt = JSON.stringify([
    { info: { id: 'msg_1', sessionID: 'ses_1', role: 'user', time: { created: 1 } }, parts: [] },
  ]);
  const openCode = await serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(request.url?.startsWith('/session/ses_1/diff') ? diffs : prompt);
  });
  const bucket = await serve((request, response) => {
    request.resume().on('end', () => response.setHeader('etag', '"1"').end());
  });
  try {
    const heap = `--max-old-space-size=${Math.floor(memoryMiBOf('collect-result') * HEAP_SHARE)}`;
    const child = spawn(process.execPath, [heap, collecting, openCode.url, bucket.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const { startMb, peakMb } = measuredSchema.parse(JSON.parse(printed));
    const size = (diffs.length / 1e6).toFixed(0);
    console.log(`\na result of ${FILES} files and ${size} MB: at most ${peakMb} MB of memory, ${startMb} of it before`);
  } finally {
    for (const { server } of [openCode, bucket]) server.close();
  }
}

function added(file: string) {
  const lines = Array.from({ length: LINES }, (_, index) => `+${index} ${LINE}\n`).join('');
  const names = `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}`;
  return { file, status: 'added', additions: LINES, deletions: 0, patch: `${names}\n@@ -0,0 +1,${LINES} @@\n${lines}` };
}

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, server };
}
