/** What an administrator may end: each is one record of the log, whatever it ends, and every node follows it. */
import type { Invalidation } from './invalidation-log.js';

export type PurgeTarget =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'table'; readonly table: string }
  | { readonly kind: 'operation'; readonly operation: string }
  | { readonly kind: 'all' };

/** Every answer depends on it, and on the tag of its operation. */
export const everyAnswersTag = '*';

export function operationTag(operation: string): string {
  return `operation:${operation}`;
}

export function invalidationOf(target: PurgeTarget): Invalidation {
  switch (target.kind) {
    case 'tag':
      return { changes: [], tags: [target.tag] };
    case 'table':
      return { changes: [{ kind: 'table', table: target.table }], tags: [] };
    case 'operation':
      return { changes: [], tags: [operationTag(target.operation)] };
    case 'all':
      return { changes: [], tags: [everyAnswersTag] };
  }
}
