/** Writes down what an audit of cached lists has found. */
import { writeFile } from 'node:fs/promises';
import { overInvalidationRatio, type CachedListsAudit, type Tally } from './audit.js';

/** @param file without its ending; nothing is written without it. */
export async function reportOf(
  audit: CachedListsAudit,
  { writes, refused }: { readonly writes: number; readonly refused: number },
  file?: string,
): Promise<void> {
  if (file === undefined) return;
  const { total, byQuestion, byWrite, missed, needless, questions } = audit;
  const summary = { writes, refused, questions: questions.length, ...figuresOf(total) };
  const result = {
    scenario: 'lists',
    ...summary,
    byQuestion: Object.fromEntries([...byQuestion].map(([name, tally]) => [name, figuresOf(tally)])),
    byWrite: Object.fromEntries([...byWrite].map(([name, tally]) => [name, figuresOf(tally)])),
    missed: missed.slice(0, 20),
    needlessBy: mostFrequent(needless.map(({ kind, write, tag }) => `${write} → ${kind}: ${tag}`)),
  };
  await writeFile(`${file}.json`, JSON.stringify(result, null, 2));
  const text = [
    `${writes} writes, ${refused} of them refused, ${questions.length} questions: ${total.missed} missed, over-invalidation ${percent(overInvalidationRatio(total))} %`,
    table('question', byQuestion),
    table('write', byWrite),
  ];
  await writeFile(`${file}.md`, `${text.join('\n\n')}\n`);
}

function figuresOf(tally: Tally) {
  return {
    ...tally,
    overInvalidation: overInvalidationRatio(tally),
    needlessShareOfInvalidations: shareOf(tally),
  };
}

function shareOf({ needed, needless }: Tally): number {
  return needless / Math.max(1, needed + needless);
}

function table(head: string, tallies: ReadonlyMap<string, Tally>): string {
  const rows = [...tallies].toSorted(([, a], [, b]) => b.needless - a.needless);
  const lines = rows.map(
    ([name, tally]) =>
      `| ${name} | ${tally.needed} | ${tally.needless} | ${tally.missed} | ${percent(overInvalidationRatio(tally))} | ${percent(shareOf(tally))} |`,
  );
  const heads = `| ${head} | needed | needless | missed | over-invalidation % | needless among invalidations % |`;
  return [heads, '|---|---|---|---|---|---|', ...lines].join('\n');
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(2);
}

function mostFrequent(texts: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a).slice(0, 60));
}
