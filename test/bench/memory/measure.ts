/** What a node's memory does while questions come that nobody has asked before. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManyQuestions } from '../../../libs/caching/src/testing/many-questions.js';

const steps = 10;
const budgetBytes = 16 * 1_024 * 1_024;

export interface MemoryRow {
  readonly asked: number;
  /** Of heap and buffers, after a collection. */
  readonly usedBytes: number;
  readonly residentBytes: number;
  /** That are kept. */
  readonly answers: number;
  readonly shapes: number;
  readonly cells: number;
}

export async function measure(questions: number) {
  // The collector is asked for from inside, so that the command needs no flag.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const node = new ManyQuestions(budgetBytes);
  await node.start();
  const look = (asked: number): MemoryRow => {
    // A collection that was under way spares what has come up since it began; the next one does not.
    collect();
    collect();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    const usedBytes = heapUsed + arrayBuffers;
    return { asked, usedBytes, residentBytes: rss, answers: node.memory.count, ...node.fence.size };
  };
  const rows = [look(0)];
  for (let step = 1; step <= steps; step += 1) {
    await node.ask(questions / steps);
    rows.push(look((step * questions) / steps));
  }
  const growthRatio = (rows.at(-1)?.usedBytes ?? 0) / (rows[2]?.usedBytes ?? 1) - 1;
  return { budgetBytes, growthRatio, rows };
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

export function toTable(rows: readonly MemoryRow[]): string {
  const lines = rows.map(
    ({ asked, usedBytes, residentBytes, answers, shapes, cells }) =>
      `| ${asked} | ${mebibytes(usedBytes)} | ${mebibytes(residentBytes)} | ${answers} | ${shapes} | ${cells} |`,
  );
  const head = '| questions asked | used MiB | resident MiB | answers kept | shapes | cells |';
  return `${[head, '|--:|--:|--:|--:|--:|--:|', ...lines].join('\n')}\n`;
}
