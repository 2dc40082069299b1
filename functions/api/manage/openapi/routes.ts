import * as z from 'zod';
import { nothing } from '../fields.ts';
import { JsonText } from '../json-text.ts';
import { type Route, route } from '../route.ts';
import { openApiDocument } from './document.ts';

/** The route of the document of all routes, its own one too. The text is made at the first request and kept. */
export function openApiRoutes(routes: readonly Route[]): Route[] {
  let text: JsonText | undefined;
  const all = [...routes];
  all.push(
    route({
      method: 'GET',
      path: '/openapi.json',
      operation: 'getOpenApi',
      summary: 'This document. Needs no token.',
      open: true,
      shared: true,
      query: nothing,
      body: nothing,
      answer: z.looseObject({ openapi: z.literal('3.1.0') }),
      run: async () => {
        text ??= new JsonText(JSON.stringify(openApiDocument(all)));
        return text;
      },
    }),
  );
  return all.slice(-1);
}
