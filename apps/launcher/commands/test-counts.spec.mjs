import { describe, expect, it } from 'vitest';
import { countLine, totalCounts, vitestCounts } from './test-counts.mjs';

const report = (counts) => JSON.stringify(counts);

describe('vitestCounts', () => {
  it('takes over what Vitest counted', () => {
    const json = report({ numPassedTests: 10, numFailedTests: 2, numPendingTests: 1, numTodoTests: 3 });
    expect(vitestCounts(json, false)).toEqual({ passed: 10, failed: 2, skipped: 4 });
  });

  it('counts a failure when the exit code tells of one that no test shows', () => {
    const json = report({ numPassedTests: 10, numFailedTests: 0 });
    expect(vitestCounts(json, false)).toEqual({ passed: 10, failed: 1, skipped: 0 });
  });

  it('counts a failure when no test ran, even if Vitest was content', () => {
    const json = report({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 7 });
    expect(vitestCounts(json, true)).toEqual({ passed: 0, failed: 1, skipped: 7 });
  });

  it.each([undefined, '', '{"numPassedTests": 3'])('counts a failure for the report %s', (json) => {
    expect(vitestCounts(json, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('totalCounts', () => {
  it('counts every step as a test', () => {
    const verdicts = [{ isOk: true }, { isOk: true }, { isOk: false }];
    const tests = { passed: 10, failed: 1, skipped: 2 };
    expect(totalCounts(verdicts, tests)).toEqual({ passed: 12, failed: 2, skipped: 2 });
  });
});

describe('countLine', () => {
  it('is plain', () => {
    expect(countLine({ passed: 12, failed: 0, skipped: 2 })).toBe('12 passed, 0 failed, 2 skipped');
  });
});
