/** A finished answer: its bytes, what it depends on, and how it travels to other nodes. */
import type { ChangeIntervals } from './change-intervals.js';
import { dependencyBytes, type Cell, type Dependencies } from './fence.js';
import { endless, strictestWindow, windowOfAll, type AnswerKind, type FreshnessWindow } from './freshness.js';
import type { ContentCoding } from './http/accept-encoding.js';
import type { Sequence } from './invalidation-log.js';
import type { KeptQuestion } from './kept-question.js';
import type { ScopeKey } from './scope.js';
import type { TtlStrategy } from './ttl-strategy.js';

/** What is stored of an answer, on whatever node. */
export interface StoredAnswer {
  readonly body: Buffer;
  readonly contentType: string;
  /** Strong, by content; without quotes and without a coding's suffix. */
  readonly contentHash: string;
  readonly operation: string;
  readonly scope: ScopeKey['level'];
  readonly bornAt: Sequence;
  readonly dependencies: Dependencies;
  readonly storedAtMs: number;
  /** All that was said of how it ages; the strictest counts. */
  readonly aging: readonly TtlStrategy[];
  readonly kind: AnswerKind;
  /** How the parts age that it includes; absent where there are none. */
  readonly partsWindow?: FreshnessWindow;
  /** From [0, 1), for what spreads its expiry. */
  readonly random: number;
  /** How often the answers to this question have been ended by writes so far. */
  readonly changes?: ChangeIntervals;
  /** What it took to make. */
  readonly computeMs: number;
}

/** What the headers of an answer differ by. */
export interface HeadForm {
  readonly coding: ContentCoding;
  readonly layer: string;
  readonly isForCdn: boolean;
  /** What others say that the response varies by. */
  readonly othersVary: string | undefined;
}

/** The headers of an answer in one of its forms, as they are within one second; their names are in lower case. */
export interface PreparedHead {
  readonly second: number;
  readonly form: HeadForm;
  /** Those that a 304 has as well. */
  readonly common: Readonly<Record<string, string>>;
  readonly full: Readonly<Record<string, string>>;
}

/** An answer on this node. */
export interface CachedAnswer extends StoredAnswer {
  /** False for one that was made for those who were waiting for it, and that nobody may keep. */
  readonly isKept: boolean;
  /** Where it lies in memory. */
  readonly storeKey: string;
  readonly cells: readonly Cell[];
  /** As of its last use. */
  window: FreshnessWindow;
  /** True when each use prolongs it. */
  readonly isSliding: boolean;
  lastUsedAtMs: number;
  /** Compressed bodies, made when they are first worth it. */
  readonly encoded: Map<ContentCoding, Buffer>;
  heads: readonly PreparedHead[];
  hits: number;
  /** Hits that have been learned from. */
  collectedHits: number;
  /** How to ask for it again, where it may be asked for by the process itself. */
  question: KeptQuestion | undefined;
}

type Header = Omit<StoredAnswer, 'body'>;

/** Of the codec's format: an answer of another version is not read. */
const version = 2;

/** A line of JSON, then the body byte for byte. */
export function encodeAnswer(answer: StoredAnswer): Buffer {
  const header: Header = {
    contentType: answer.contentType,
    contentHash: answer.contentHash,
    operation: answer.operation,
    scope: answer.scope,
    bornAt: answer.bornAt,
    dependencies: answer.dependencies,
    storedAtMs: answer.storedAtMs,
    aging: answer.aging,
    kind: answer.kind,
    random: answer.random,
    computeMs: answer.computeMs,
    ...(answer.partsWindow !== undefined && { partsWindow: answer.partsWindow }),
    ...(answer.changes !== undefined && { changes: answer.changes }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify({ version, ...header })}\n`), answer.body]);
}

/** Undefined for what is no answer of this version. */
export function decodeAnswer(bytes: Buffer): StoredAnswer | undefined {
  const end = bytes.indexOf('\n');
  if (end < 0) return undefined;
  try {
    const { version: its, ...header } = JSON.parse(bytes.toString('utf8', 0, end)) as Header & {
      version?: number;
    };
    return its === version ? { ...header, body: bytes.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

export function answerWindow(answer: StoredAnswer, lastUsedAtMs: number): FreshnessWindow {
  const { aging, kind, storedAtMs, random, changes, partsWindow = endless } = answer;
  const history = { storedAtMs, lastUsedAtMs, random, observedChanges: changes, answer: kind };
  return strictestWindow(windowOfAll(aging, history), partsWindow);
}

export function lastEndMs({ freshUntilMs, staleUntilMs, errorUntilMs }: FreshnessWindow): number {
  return Math.max(freshUntilMs, staleUntilMs, errorUntilMs);
}

/**
 * Bytes that an answer takes beside its bodies and the cells that it depends on: itself, its reads, its prepared headers and how to
 * ask for it again. A little more than most take, so that the budget is not exceeded (`test/bench/memory`).
 */
const ownBytes = 2_000;

/** Bytes that an answer takes in memory; less for what others depend on as well. */
export function sizeOf(answer: Pick<CachedAnswer, 'body' | 'encoded' | 'cells'>): number {
  let sizeBytes = answer.body.length + ownBytes + dependencyBytes(answer.cells);
  for (const body of answer.encoded.values()) sizeBytes += body.length;
  return sizeBytes;
}
