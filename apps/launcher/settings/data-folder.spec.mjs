import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { ensureDataFolder } from './data-folder.mjs';

describe('ensureDataFolder', () => {
  it('makes the folder and leaves nothing in it', () => {
    const folder = join(temporaryFolder(), 'deep', 'data');
    ensureDataFolder(folder);
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(existsSync('/proc/self'))('is refused, and not waited for, where nothing can be made', () => {
    expect(() => ensureDataFolder('/proc/nope')).toThrow('/proc/nope cannot be written');
  });

  it('names the folder and DATA_DIR when it cannot be written', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const folder = join(file, 'data');
    expect(() => ensureDataFolder(folder)).toThrow(`The data folder ${folder} cannot be written (ENOTDIR)`);
    expect(() => ensureDataFolder(folder)).toThrow('DATA_DIR');
  });
});
