/** A value below whole answers: what was made, what it depends on, and how it travels to other nodes. */
import type { ChangeIntervals } from './change-intervals.js';
import type { EncodedValue } from './exact-value.js';
import { dependencyBytes, type Cell, type Dependencies } from './fence.js';
import { windowOfAll, type AnswerKind, type FreshnessWindow } from './freshness.js';
import type { Sequence } from './invalidation-log.js';
import type { ScopeKey } from './scope.js';
import type { TtlStrategy } from './ttl-strategy.js';

export interface StoredValue {
  readonly encoded: EncodedValue;
  readonly kind: AnswerKind;
  readonly scope: ScopeKey['level'];
  readonly bornAt: Sequence;
  readonly dependencies: Dependencies;
  readonly storedAtMs: number;
  /** From [0, 1), for what spreads its expiry. */
  readonly random: number;
  /** How often the values of this key have been overtaken by writes so far. */
  readonly changes: ChangeIntervals | undefined;
  /** What it took to make. */
  readonly computeMs: number;
}

/** A stored value on this node. */
export interface CachedValue extends StoredValue {
  readonly cells: readonly Cell[];
  lastUsedAtMs: number;
}

export function windowOf(value: CachedValue, aging: readonly TtlStrategy[]): FreshnessWindow {
  const { storedAtMs, lastUsedAtMs, random, changes, kind } = value;
  return windowOfAll(aging, { storedAtMs, lastUsedAtMs, random, observedChanges: changes, answer: kind });
}

/** Bytes that it takes in memory: its text or bytes, and its part of what it depends on. */
export function valueBytes({ encoded, cells }: Pick<CachedValue, 'encoded' | 'cells'>): number {
  const contentBytes = encoded.form === 'json' ? encoded.text.length * 2 : encoded.bytes.length;
  return contentBytes + 300 + dependencyBytes(cells);
}

/** Of the format: a value of another version is not read. */
const version = 2;

type Header = Omit<StoredValue, 'encoded'> & {
  readonly version: number;
  readonly form: EncodedValue['form'];
};

/** A line of JSON, then the value. */
export function encodeStored({ encoded, ...value }: StoredValue): Buffer {
  const { kind, scope, bornAt, dependencies, storedAtMs, random, changes, computeMs } = value;
  const header: Header = {
    version,
    form: encoded.form,
    kind,
    scope,
    bornAt,
    dependencies,
    storedAtMs,
    random,
    changes,
    computeMs,
  };
  const content = encoded.form === 'json' ? Buffer.from(encoded.text) : encoded.bytes;
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), content]);
}

/** Undefined for what is no value of this version. */
export function decodeStored(bytes: Buffer): StoredValue | undefined {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  try {
    const { version: its, form, ...value } = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
    if (its !== version) return undefined;
    const content = bytes.subarray(end + 1);
    return {
      ...value,
      encoded: form === 'json' ? { form, text: content.toString() } : { form, bytes: content },
    };
  } catch {
    return undefined;
  }
}
