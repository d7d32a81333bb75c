/** Tells a known document that was posted by itself, in JSON, from all other requests: those are left to Apollo. */
import { HeaderMap, type GraphQLRequest, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { getOperationAST, OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import type { KnownDocument, KnownDocuments } from './known-documents.js';

export interface KnownRequest {
  readonly known: KnownDocument;
  readonly operation: OperationDefinitionNode;
  readonly request: GraphQLRequest;
  readonly http: HTTPGraphQLRequest;
  /** What the client prefers of the media types that Apollo answers with. */
  readonly mediaType: string;
}

const json = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';

/** What clients say that they accept, and what Apollo makes of it. */
const mediaTypes: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, json],
  ['*/*', json],
  ['application/json', json],
  ['application/json, */*', json],
  ['application/json, text/plain, */*', json],
  ['application/graphql-response+json', graphqlResponse],
  ['application/graphql-response+json, application/json', graphqlResponse],
  ['application/graphql-response+json,application/json;q=0.9', graphqlResponse],
]);

interface Body {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bodyOf(body: unknown): Body | undefined {
  if (!isRecord(body)) return undefined;
  const { query, variables = null, operationName = null, extensions = null } = body;
  if (typeof query !== 'string' || extensions !== null) return undefined;
  if (variables !== null && !isRecord(variables)) return undefined;
  if (operationName !== null && typeof operationName !== 'string') return undefined;
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
}

function headerMapOf(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && value !== '') map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/** Browsers send this type to no other site without asking first, which is all that Apollo's check against forgery wants. */
function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json(?:;|$)/i.test(contentType);
}

/** A document without such an operation has to be refused; subscriptions as well. */
function operationOf({ document }: KnownDocument, name: string | undefined) {
  const operation = getOperationAST(document, name);
  return operation?.operation === OperationTypeNode.SUBSCRIPTION ? undefined : operation;
}

export function knownRequestOf(
  { method, url, headers, body }: FastifyRequest,
  documents: KnownDocuments,
): KnownRequest | undefined {
  const mediaType = mediaTypes.get(headers.accept);
  if (method !== 'POST' || mediaType === undefined || !isJson(headers['content-type'])) return undefined;
  const asked = bodyOf(body);
  if (asked === undefined || url.includes('?')) return undefined;
  const known = documents.recall(asked.query);
  const operation = known && operationOf(known, asked.operationName);
  if (known === undefined || operation === undefined || operation === null) return undefined;
  const http = { body, method, headers: headerMapOf(headers), search: '' };
  // Apollo's requests have all their properties, whether they are asked for or not.
  const request = { ...asked, extensions: undefined, http } as unknown as GraphQLRequest;
  return { known, operation, request, http, mediaType };
}
