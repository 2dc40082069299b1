import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../../infra/local/aws/endpoint/listen.ts';
import { answerTable, openTables, operationOf } from '../support/table.ts';

/** A table engine in a process of its own, so that its CPU time is not taken for that of whoever asks it. */
const tables = await openTables();
const server = createServer(async (request, response) => {
  const operation = operationOf(request.headers['x-amz-target']);
  const { statusCode, body } = await answerTable(tables, operation, await text(request));
  response.writeHead(statusCode).end(body);
});
process.stdout.write(`http://127.0.0.1:${await listen(server, 0, 0)}\n`);
