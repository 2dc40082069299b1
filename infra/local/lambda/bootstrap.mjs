/**
 * What runs in each worker thread, or process: loads the handler, then answers one invocation after the other, as the
 * runtime of Lambda does. Plain JavaScript, because stripping types would cost every cold start 70 ms. `code-runner.ts`
 * is the other end.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** A process has no port, and is told first what a thread is born with. */
const port = parentPort ?? { postMessage: (message) => process.send?.(message), on: process.on.bind(process) };
const setup = parentPort ? workerData : (await once(process, 'message'))[0];
if (!parentPort) process.on('disconnect', () => process.exit());

/** Lambda's limit on an answer: 6 MB. */
const MOST_ANSWER_BYTES = 6 * 1024 * 1024;

/** Errors as Lambda's Node runtime shows them. */
function shapeOf(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

const fault = (errorType, errorMessage) => Object.assign(new Error(errorMessage), { name: errorType });

async function load() {
  const [file, name] = setup.handler.split('.');
  const module = await import(pathToFileURL(join(setup.folder, `${file}.mjs`)).href);
  if (typeof module[name] === 'function') return module[name];
  throw fault('Runtime.HandlerNotFound', `${setup.handler} is undefined or not exported`);
}

const contextOf = ({ requestId, deadline }) => ({
  ...setup.context,
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

function serialize(result) {
  const text = JSON.stringify(result ?? null);
  if (text === undefined) throw fault('Runtime.MarshalError', `A ${typeof result} is no JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= MOST_ANSWER_BYTES) return text;
  throw fault('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum: ${bytes} bytes`);
}

async function answer(handler, invocation) {
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation));
    port.postMessage({ kind: 'answered', payload: serialize(result) });
  } catch (error) {
    port.postMessage({ kind: 'failed', error: shapeOf(error) });
  }
}

try {
  const handler = await load();
  port.on('message', (invocation) => void answer(handler, invocation));
  port.postMessage({ kind: 'loaded' });
} catch (error) {
  port.postMessage({ kind: 'broken', error: shapeOf(error) });
}
