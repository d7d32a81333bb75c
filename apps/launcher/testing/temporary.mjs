// What specs of the launcher need and leave no trace of: a folder, and a run that stops with its test.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Progress } from '../run/progress.mjs';
import { Shutdown } from '../run/shutdown.mjs';
import { withNodeFirst } from '../run/task.mjs';
import { readSettings } from '../settings/environment.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** @returns {string} an empty folder that is removed after the test */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'swiftlet-spec-'));
  chmodSync(folder, 0o711); // PostgreSQL passes through as another user when the tests run as root
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * @param {Partial<import('../run/task.mjs').Run>} [more]
 * @returns {import('../run/task.mjs').Run & { lines: string[] }} in this checkout; what it started ends with the test
 */
export function temporaryRun(more = {}) {
  const lines = [];
  const shutdown = new Shutdown();
  onTestFinished(() => shutdown.stopAll());
  const settings = readSettings(ROOT, { PATH: process.env.PATH, HOME: process.env.HOME });
  const progress = new Progress({ write: (text) => lines.push(...text.trimEnd().split('\n')) });
  return { root: ROOT, settings, env: withNodeFirst(settings.env, ROOT), progress, shutdown, lines, ...more };
}

/** @param {string} script JavaScript @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv }} */
export function nodeScript(script) {
  return { command: process.execPath, args: ['-e', script], env: process.env };
}
