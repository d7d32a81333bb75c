/** What a node's memory does while a million questions come that nobody has asked before. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManyQuestions } from '../../../libs/caching/src/testing/many-questions.js';

const questions = 1_000_000;
const steps = 10;
const budgetBytes = 16 * 1_024 * 1_024;

export async function measure() {
  // The collector is asked for from inside, so that the command needs no flag.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const node = new ManyQuestions(budgetBytes);
  await node.start();
  const rows = [];
  for (let step = 1; step <= steps; step += 1) {
    await node.ask(questions / steps);
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const usedBytes = heapUsed + arrayBuffers;
    rows.push({
      asked: (step * questions) / steps,
      usedBytes,
      answers: node.memory.count,
      ...node.fence.size,
    });
  }
  const used = rows.map(({ usedBytes }) => usedBytes);
  const growthRatio = (used.at(-1) ?? 0) / (used[1] ?? 1) - 1;
  return { budgetBytes, growthRatio, rows };
}
