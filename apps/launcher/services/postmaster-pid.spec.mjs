import { mkdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { parsePidFile, readPidFile, stopLeftoverPostmaster } from './postmaster-pid.mjs';

const STARTING = '4711\n/data\n1764000000\n40695\n\n127.0.0.1\n  1234 5678\nstarting\n';

describe('parsePidFile', () => {
  it('tells a starting server from a ready one', () => {
    expect(parsePidFile(STARTING)).toEqual({ pid: 4711, isReady: false });
    expect(parsePidFile(STARTING.replace('starting', 'ready   '))).toEqual({ pid: 4711, isReady: true });
  });

  it('takes a file whose last lines are not written yet for a starting server', () => {
    expect(parsePidFile('4711\n/data\n')).toEqual({ pid: 4711, isReady: false });
  });

  it('makes nothing of an empty file', () => {
    expect(parsePidFile('')).toBeUndefined();
  });
});

describe('stopLeftoverPostmaster', () => {
  it('does nothing where no server ever ran', async () => {
    await expect(stopLeftoverPostmaster(temporaryFolder())).resolves.toBeUndefined();
  });

  it('spares a stranger that got the process id, and clears the file that names it', async () => {
    const folder = join(temporaryFolder(), 'postgres');
    mkdirSync(folder);
    const file = join(folder, 'postmaster.pid');
    writeFileSync(file, STARTING.replace('4711', String(process.pid)));
    expect(readPidFile(folder)).toMatchObject({ pid: process.pid });
    await stopLeftoverPostmaster(folder);
    expect(existsSync(file)).toBe(false);
  });
});
