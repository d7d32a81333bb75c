import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeScript, temporaryFolder } from '../testing/temporary.mjs';
import { Child } from './child.mjs';
import { pidIdentity } from './pid-identity.mjs';
import { claimDataFolder, runningIn } from './run-record.mjs';

const FOREVER = `setInterval(() => {}, 1e6)`;
const recordIn = (folder) => JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8'));

function leaveRecord(folder, more) {
  const dead = { command: 'start', pid: process.pid, identity: 'killed', ...more };
  writeFileSync(join(folder, 'runtime.json'), JSON.stringify(dead));
}

describe('claimDataFolder', () => {
  it('tells others what runs and where to attach', async () => {
    const folder = temporaryFolder();
    const record = await claimDataFolder(folder, 'start');
    record.announce({ databaseUrl: 'postgres://here' });
    expect(runningIn(folder)).toMatchObject({ command: 'start', databaseUrl: 'postgres://here' });
    record.release();
    expect(runningIn(folder)).toBeUndefined();
    expect(existsSync(join(folder, 'runtime.json'))).toBe(false);
  });

  it('refuses a folder in which a launcher lives', async () => {
    const folder = temporaryFolder();
    await claimDataFolder(folder, 'start');
    await expect(claimDataFolder(folder, 'import')).rejects.toThrow(
      `Swiftlet already runs with the data folder ${folder} ("start", pid ${process.pid})`,
    );
  });

  it('waits for a launcher that is stopping', async () => {
    const folder = temporaryFolder();
    const first = await claimDataFolder(folder, 'start');
    first.announce({ isStopping: true });
    const second = claimDataFolder(folder, 'start');
    first.release();
    await expect(second).resolves.toBeDefined();
  });

  it('ends what a killed launcher left running', async () => {
    const folder = temporaryFolder();
    const orphan = new Child({ name: 'The API', output: 'keep', ...nodeScript(FOREVER) });
    leaveRecord(folder, {
      children: [{ name: 'The API', pid: orphan.pid, identity: pidIdentity(orphan.pid) }],
    });
    await claimDataFolder(folder, 'start');
    expect(await orphan.ended).toMatchObject({ signal: 'SIGTERM' });
  });

  it('spares a stranger that got the process id of a dead child', async () => {
    const folder = temporaryFolder();
    const children = [{ name: 'The API', pid: process.pid, identity: 'an earlier life' }];
    leaveRecord(folder, { children });
    await expect(claimDataFolder(folder, 'start')).resolves.toBeDefined();
  });
});

describe('RunRecord', () => {
  it('lists the children that live', async () => {
    const folder = temporaryFolder();
    const record = await claimDataFolder(folder, 'start');
    record.addChild({ name: 'Redis', pid: process.pid });
    expect(recordIn(folder).children).toEqual([
      { name: 'Redis', pid: process.pid, identity: pidIdentity(process.pid) },
    ]);
    record.removeChild(process.pid);
    expect(recordIn(folder).children).toEqual([]);
  });
});
