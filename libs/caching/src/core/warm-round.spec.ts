import { describe, expect, it } from 'vitest';
import { questionCalled } from '../testing/answers.js';
import type { KeptQuestion } from './kept-question.js';
import { TokenBucket } from './token-bucket.js';
import { warmRound, type WarmRoundParts } from './warm-round.js';

const questions = Array.from({ length: 20 }, (_, at) => questionCalled(`Q${at}`));
const budget = { concurrency: 4, longestMs: 1_000 };

/** An application without an answer to anything, on a clock that moves only while somebody waits. */
function stage(overrides: Partial<WarmRoundParts> = {}) {
  const made: string[] = [];
  let nowMs = 0;
  const parts: WarmRoundParts = {
    isAlive: () => false,
    recall: () => Promise.resolve(false),
    make: (question) => {
      made.push(question.operation);
      return Promise.resolve('made');
    },
    isBusy: () => false,
    bucket: new TokenBucket(1_000, 1_000, 0),
    nowMs: () => nowMs,
    pause: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    ...overrides,
  };
  return { parts, made, now: () => nowMs };
}

function refusingQ5({ operation }: KeptQuestion): Promise<'made' | 'refused'> {
  return Promise.resolve(operation === 'Q5' ? 'refused' : 'made');
}

describe(warmRound, () => {
  it('makes only what is neither here nor in the shared store, the most valuable first', async () => {
    const { parts, made } = stage({
      isAlive: ({ operation }) => operation === 'Q0',
      recall: ({ operation }) => Promise.resolve(operation === 'Q1'),
    });
    const outcome = await warmRound(questions, parts, budget);
    expect(outcome).toMatchObject({ alive: 1, recalled: 1, made: 18, unmade: 0, left: 0 });
    expect(made.slice(0, 2)).toEqual(['Q2', 'Q3']);
  });

  it('has no more under way at a time than it may', async () => {
    let underWay = 0;
    let most = 0;
    const make = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
      return 'made' as const;
    };
    await warmRound(questions, stage({ make }).parts, budget);
    expect(most).toBe(4);
  });

  it('keeps to its rate', async () => {
    const { parts, now } = stage({ bucket: new TokenBucket(40, 1, 0) });
    const outcome = await warmRound(questions, parts, { concurrency: 1, longestMs: 10_000 });
    expect(outcome.made).toBe(20);
    expect(now()).toBeGreaterThanOrEqual(475);
  });

  it('rests for as long as a making took', async () => {
    const quick = stage();
    const made: number[] = [];
    const make = async () => {
      made.push(quick.now());
      await quick.parts.pause(100);
      return 'made' as const;
    };
    const parts = { ...quick.parts, make };
    await warmRound(questions.slice(0, 3), parts, { concurrency: 1, longestMs: 10_000 });
    expect(made).toEqual([0, 200, 400]);
  });

  it('waits while live traffic needs the machine, and goes on afterwards', async () => {
    const calm = stage();
    const { parts, now } = { ...calm, parts: { ...calm.parts, isBusy: () => calm.now() < 300 } };
    expect(await warmRound(questions, parts, budget)).toMatchObject({ made: 20 });
    expect(now()).toBeGreaterThanOrEqual(300);
  });

  it('makes nothing and ends in time when the machine is needed all along', async () => {
    const { parts, made } = stage({ isBusy: () => true });
    const outcome = await warmRound(questions, parts, budget);
    expect(made).toEqual([]);
    expect(outcome.left + outcome.unmade).toBe(20);
  });

  it('names what the application has no answer to any more', async () => {
    const { refused } = await warmRound(questions, stage({ make: refusingQ5 }).parts, budget);
    expect(refused.map(({ operation }) => operation)).toEqual(['Q5']);
  });

  it('only recalls where nothing can be made yet', async () => {
    const { make: _none, ...parts } = stage().parts;
    expect(await warmRound(questions, parts, budget)).toMatchObject({ unmade: 20, made: 0 });
  });
});
