import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ManyQuestions } from '../testing/many-questions.js';

const memoryBytes = 400_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Twice: a collection that is under way spares what has come up since it began. */
function usedBytes(): number {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('a node that is asked only what nobody has asked before', () => {
  it('remembers no more of the last ten thousand questions than of the first', async () => {
    const node = new ManyQuestions(memoryBytes);
    await node.start();
    await node.ask(2_000);
    const early = node.fence.size;
    await node.ask(10_000);
    expect(node.memory.sizeBytes).toBeLessThanOrEqual(memoryBytes);
    expect(node.fence.size.cells).toBeLessThan(early.cells * 1.2);
    const sharedByAll = 2; // the tags by which an operation's answers, or all answers, are ended
    expect(node.fence.size.cells).toBeLessThanOrEqual(node.memory.count * 3 + sharedByAll);
  });

  it('holds its table’s changes against a bounded number of shapes', async () => {
    const node = new ManyQuestions(10_000_000);
    await node.start();
    await node.ask(12_000);
    expect(node.fence.size.shapes).toBeGreaterThan(400);
    expect(node.fence.size.shapes).toBeLessThanOrEqual(501);
  });

  it('takes the memory that its budget says, whatever the answers depend on', async () => {
    const budgetBytes = 4_000_000;
    const compiling = new ManyQuestions(memoryBytes);
    await compiling.start();
    await compiling.ask(2_000);
    const node = new ManyQuestions(budgetBytes);
    await node.start();
    const usedBefore = usedBytes();
    await node.ask(4_000);
    expect(node.memory.sizeBytes).toBeGreaterThan(budgetBytes * 0.9);
    // Beside answers there are the shapes of reads, five hundred at most.
    expect(usedBytes() - usedBefore).toBeLessThan(budgetBytes * 1.75);
  });

  it('remembers nothing of answers that have gone', async () => {
    const node = new ManyQuestions(memoryBytes);
    await node.start();
    await node.ask(500);
    expect(node.fence.size.cells).toBeGreaterThan(0);
    node.memory.clear();
    expect(node.fence.size.cells).toBe(0);
  });
});
