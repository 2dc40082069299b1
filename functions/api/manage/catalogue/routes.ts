import * as z from 'zod';
import { lintIssueSchema } from '../../../contract/lint.ts';
import { nothing } from '../fields.ts';
import { type Route, route, shown } from '../route.ts';
import {
  type CatalogueDeps,
  catalogueVersion,
  catalogueView,
  checkCatalogue,
  currentCatalogue,
  putCatalogue,
} from './catalogue.ts';
import { catalogueDraft, catalogueInput, inEntry } from './catalogue-input.ts';

const example = {
  version: 1,
  entries: [
    {
      name: 'checkout',
      match: { field: 'service', equals: 'checkout' },
      directory: '/srv/checkout',
      repository: 'https://git.internal.corp/shop/checkout',
      channel: '#checkout',
      verify: [{ name: 'unit tests', command: 'npm test', minutes: 5 }],
    },
  ],
};

const catalogueViewSchema = z.strictObject({
  version: z.int(),
  /** As they were stored, also where they do not fit any more. */
  entries: z.array(z.looseObject({ name: z.string() })),
  createdBy: z.string().nullable(),
  createdAt: z.string().nullable(),
});

export const catalogueRoutes = (deps: CatalogueDeps): Route[] => [
  route({
    method: 'GET',
    path: '/catalogue',
    operation: 'getCatalogue',
    summary: 'The catalogue of services in force; an empty one of version 0 where none was stored.',
    envelope: 'catalogue',
    query: nothing,
    body: nothing,
    answer: catalogueViewSchema,
    run: async () => catalogueView(await currentCatalogue(deps)),
  }),
  route({
    method: 'GET',
    path: '/catalogue/versions/{version}',
    operation: 'getCatalogueVersion',
    summary: 'One version of the catalogue, as executions name it.',
    envelope: 'catalogue',
    query: nothing,
    body: nothing,
    answer: catalogueViewSchema,
    run: async ({ parameter }) => shown(await catalogueVersion(deps, parameter('version')), catalogueView),
  }),
  route({
    method: 'PUT',
    path: '/catalogue',
    operation: 'putCatalogue',
    summary: 'Stores the whole catalogue as its next version, unless it was made from another than the one in force.',
    envelope: 'catalogue',
    query: nothing,
    body: catalogueInput,
    example,
    tell: inEntry,
    answer: catalogueViewSchema,
    run: async ({ body, caller }) => shown(await putCatalogue(deps, body, caller), catalogueView),
  }),
  route({
    method: 'POST',
    path: '/catalogue/check',
    operation: 'checkCatalogue',
    summary: 'Tells what is wrong with a catalogue, and which of its entries no alert comes to. Stores nothing.',
    changes: false,
    needs: 'write',
    envelope: 'check',
    query: nothing,
    body: catalogueDraft,
    example: { entries: example.entries },
    tell: inEntry,
    answer: z.strictObject({ entries: z.int(), issues: z.array(lintIssueSchema) }),
    run: ({ body }) => checkCatalogue(deps, body),
  }),
];
