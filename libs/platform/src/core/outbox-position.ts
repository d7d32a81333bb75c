/**
 * Orders outbox events in a way that no late commit can slip behind a reader: by the writing transaction first.
 *
 * A sequence alone is not enough: ids are taken when a row is written, rows appear when their transaction commits, so a
 * reader that has gone past id 7 would never see id 6 of a slower transaction. Reading `(xid8, id)` only below
 * `pg_snapshot_xmin(pg_current_snapshot())` closes that gap: every transaction below it has ended.
 */
export interface OutboxPosition {
  /** The writing transaction's xid8, a 64-bit number that never wraps. */
  readonly xid: bigint;
  /** The row's id, which orders the events of one transaction. */
  readonly id: bigint;
}

export const originPosition: OutboxPosition = { xid: 0n, id: 0n };

export function comparePositions(a: OutboxPosition, b: OutboxPosition): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return 0;
}

/** `xid-id`, which is also a valid Redis stream id: two 64-bit numbers, growing from left to right. */
export function formatPosition(position: OutboxPosition): string {
  return `${position.xid}-${position.id}`;
}

export function parsePosition(text: string): OutboxPosition | undefined {
  const match = /^(\d{1,20})-(\d{1,20})$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { xid: BigInt(match[1]), id: BigInt(match[2]) };
}
