/** What a document must keep to before it is executed, on HTTP and on sockets alike. */
import type { ASTVisitor, ValidationContext } from 'graphql';
import type { Environment } from '../config/env.js';
import { documentLimits } from './document-limits.js';

export function limitsOf(env: Environment): (context: ValidationContext) => ASTVisitor {
  return documentLimits({
    maxDepth: env.GRAPHQL_MAX_DEPTH,
    maxAliases: env.GRAPHQL_MAX_ALIASES,
    // A document cannot spell out more fields than it has tokens; fragments must not multiply it beyond that either.
    maxFields: env.GRAPHQL_MAX_TOKENS,
  });
}
