import { z } from 'zod';
import { apiRoutes, type ApiRoute } from './api-routes.js';
import { responses } from './responses.js';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
};

/** OpenAPI 3.1: its schemas are JSON Schema, which zod generates. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const route of apiRoutes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: '群阶 Qunjie',
      version: '1',
      description:
        'Members, their tiers, moves and messages. Times in answers are epoch milliseconds, money is in cents.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(responses.error, 'output') },
    },
  };
}

function operation(route: ApiRoute): Json {
  const refusals: Readonly<Record<number, string>> = {
    400: 'Something in the request is wrong; `where` says where.',
    401: 'No valid token.',
    404: 'What the path names does not exist.',
    409: 'Somebody else was faster; read the newest version and try again.',
    422: 'It took too long and was stopped; ask for less.',
    429: 'Others have asked for the same; ask again after Retry-After seconds.',
    503: 'It could not be stored; send it again later.',
  };
  const statuses = [400, 401, ...(route.also ?? [])];
  const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return {
    summary: route.summary,
    operationId: `${route.method} ${route.path.slice('/api/v1/'.length)}`.replace(/[^A-Za-z]+/g, '_').replace(/_$/, ''),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }
      : {}),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } },
      ...Object.fromEntries(statuses.map((status) => [status, { description: refusals[status], content: error }])),
    },
  };
}

const pathParameterWords: Readonly<Record<string, string>> = {
  id: 'our number of the member, or their external_userid',
  document: 'tiers, tags, stages, sending, operators or contact-ways',
  version: 'number of a version',
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameterWords[name!] ?? '',
    schema: { type: 'string' },
  }));

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (!query) return [];
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...rest } = schemaOf(schema as z.ZodType, 'input');
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: rest };
  });
}
