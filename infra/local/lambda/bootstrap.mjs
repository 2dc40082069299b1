/**
 * What runs in each worker thread: loads the handler, then answers one invocation after the other, as the runtime of
 * Lambda does. Plain JavaScript, because stripping types would cost every cold start 70 ms. `sandbox.ts` is the other
 * end.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** Lambda's limit on an answer: 6 MB. */
const MOST_ANSWER_BYTES = 6 * 1024 * 1024;

/** Errors as Lambda's Node runtime shows them. */
function shapeOf(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

const fault = (errorType, errorMessage) => Object.assign(new Error(errorMessage), { name: errorType });

async function load() {
  const [file, name] = workerData.handler.split('.');
  const module = await import(pathToFileURL(join(workerData.folder, `${file}.mjs`)).href);
  if (typeof module[name] === 'function') return module[name];
  throw fault('Runtime.HandlerNotFound', `${workerData.handler} is undefined or not exported`);
}

const contextOf = ({ requestId, deadline }) => ({
  ...workerData.context,
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
    parentPort.postMessage({ kind: 'answered', payload: serialize(result) });
  } catch (error) {
    parentPort.postMessage({ kind: 'failed', error: shapeOf(error) });
  }
}

try {
  const handler = await load();
  parentPort.on('message', (invocation) => void answer(handler, invocation));
  parentPort.postMessage({ kind: 'loaded' });
} catch (error) {
  parentPort.postMessage({ kind: 'broken', error: shapeOf(error) });
}
