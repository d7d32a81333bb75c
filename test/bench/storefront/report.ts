/** Writes down what became of a storefront's questions: tables to read, and one line for programs. */
import { outcomeLine } from '../outcome.mjs';
import type { Ledger, Tally } from './ledger.js';
import {
  comparedShare,
  concurrency,
  customerCount,
  writeShare,
  type Outcome,
  type StorefrontOptions,
} from './measure.js';
import { popularityAlpha } from './questions.js';

const mostListed = 20;

/** @param outcomes by what was special about the node. */
export function printReport(
  outcomes: Readonly<Record<string, Outcome>>,
  { requests, seed }: Pick<StorefrontOptions, 'requests' | 'seed'>,
): void {
  for (const [name, outcome] of Object.entries(outcomes)) say(`## ${name}\n\n${textOf(outcome)}\n`);
  const setting = { requests, seed, writeShare, comparedShare, popularityAlpha, concurrency, customerCount };
  const results = Object.fromEntries(
    Object.entries(outcomes).map(([name, outcome]) => [name, resultsOf(outcome)]),
  );
  process.stdout.write(outcomeLine({ scenario: 'storefront', setting, results }));
}

function textOf({ whole, latter, stale, comparedHits, writes, refused, seconds }: Outcome): string {
  const summary =
    `${whole.total.requests} questions (${whole.distinct} different ones) and ${sumOf(writes)} writes (${refused} refused) ` +
    `in ${seconds.toFixed(0)} s; ${comparedHits} hits compared with a fresh execution, ${stale.length} stale`;
  const examples = stale.slice(0, 3).map((one) => JSON.stringify(one));
  return [summary, ...examples, tableOf(whole, latter), lossesOf(whole)].join('\n\n');
}

function resultsOf({ whole, latter, stale, comparedHits, writes, refused }: Outcome) {
  return {
    ...figuresOf(whole.total),
    secondHalf: figuresOf(latter),
    stale: stale.length,
    comparedHits,
    writes: sumOf(writes),
    refused,
    distinctQuestions: whole.distinct,
    losses: whole.total.losses,
    byKind: Object.fromEntries([...whole.byKind].map(([kind, tally]) => [kind, figuresOf(tally)])),
    needless: Object.fromEntries(mostFrequent(whole.needless)),
  };
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function figuresOf({ requests, hits, bestHits }: Tally) {
  return { requests, hitRatio: rounded(hits / requests), bestHitRatio: rounded(bestHits / requests) };
}

function tableOf(whole: Ledger, latter: Tally): string {
  const rows: (readonly [string, Tally])[] = [
    ...[...whole.byKind].toSorted(([, one], [, other]) => other.requests - one.requests),
    ['second half', latter],
    ['all', whole.total],
  ];
  const lines = rows.map(([name, tally]) => {
    const { requests, hits, bestHits } = tally;
    const { 'first asked': first = 0, changed = 0 } = tally.losses;
    const own = requests - hits - first - changed;
    const cells = [
      name,
      requests,
      percent(hits / requests),
      percent(bestHits / requests),
      first,
      changed,
      own,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = '| kind | questions | hits % | best possible % | first asked | changed | lost by this cache |';
  return [head, '|---|---|---|---|---|---|---|', ...lines].join('\n');
}

function lossesOf(ledger: Ledger): string {
  const { losses } = ledger.total;
  const lines = Object.entries(losses)
    .toSorted(([, one], [, other]) => other - one)
    .map(([loss, count]) => `| ${loss} | ${count} |`);
  const ended = mostFrequent(ledger.needless).map(([by, count]) => `| ended needlessly: ${by} | ${count} |`);
  return ['| loss | questions |', '|---|---|', ...lines, ...ended].join('\n');
}

function mostFrequent(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].toSorted(([, one], [, other]) => other - one).slice(0, mostListed);
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(2);
}

function rounded(ratio: number): number {
  return Math.round(ratio * 10_000) / 10_000;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
