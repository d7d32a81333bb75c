// Turns what the steps and Vitest said into the plain counts that close a test run.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {string | undefined} json Vitest's JSON report; undefined when it wrote none
 * @param {boolean} isExitOk
 * @returns {Counts} with at least one failure when the exit code says so, or when nothing was tested at all
 */
export function vitestCounts(json, isExitOk) {
  const report = parseReport(json);
  const counts = {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
  const ranNothing = counts.passed + counts.failed === 0;
  // A file that does not load, an unhandled rejection or a crash counts no test as failed.
  if (counts.failed === 0 && (!isExitOk || ranNothing)) return { ...counts, failed: 1 };
  return counts;
}

/** @param {string | undefined} json */
function parseReport(json) {
  try {
    return JSON.parse(json ?? '{}');
  } catch {
    return {}; // cut off: Vitest died while it wrote
  }
}

/**
 * @param {{ isOk: boolean }[]} verdicts each counts as one test
 * @param {Counts} tests
 * @returns {Counts}
 */
export function totalCounts(verdicts, tests) {
  const ok = verdicts.filter((verdict) => verdict.isOk).length;
  return { ...tests, passed: tests.passed + ok, failed: tests.failed + verdicts.length - ok };
}

/** @param {Counts} counts */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
