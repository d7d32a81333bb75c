import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pidIdentity } from '../run/pid-identity.mjs';
import { temporaryFolder, temporaryRun } from '../testing/temporary.mjs';
import { startPostgres } from './postgres.mjs';
import { requireRedis } from './redis-package.mjs';
import { createTestFolder, removeAbandoned } from './test-folder.mjs';
import { startTestServices } from './test-services.mjs';

const HOUR_MS = 3_600_000;

/** Makes the folder look as old as one of a run that was killed long ago. */
function age(folder) {
  const then = (Date.now() - HOUR_MS) / 1000;
  utimesSync(folder, then, then);
}

describe('startTestServices', () => {
  it('starts both, and leaves neither process nor folder behind', async () => {
    const parent = temporaryFolder();
    vi.stubEnv('TMPDIR', parent);
    onTestFinished(() => vi.unstubAllEnvs());
    const run = temporaryRun();
    const { dataDir } = await createTestFolder(run);
    const { postgres, redis } = await startTestServices(run, {
      dataDir,
      redisBinary: await requireRedis(run),
    });
    expect(readdirSync(parent)).toHaveLength(1);
    await run.shutdown.stopAll();
    expect([pidIdentity(postgres.child.pid), pidIdentity(redis.child.pid)]).toEqual([undefined, undefined]);
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('removeAbandoned', () => {
  it('stops and removes what a killed run left, and nothing else', async () => {
    const parent = temporaryFolder();
    const [killed, living, young] = ['killed', 'living', 'young'].map((name) => {
      const folder = join(parent, `swiftlet-test-${name}`);
      mkdirSync(folder, { mode: 0o711 });
      return folder;
    });
    const { child } = await startPostgres(temporaryRun(), {
      dataDir: killed,
      password: 'x',
      isDurable: false,
    });
    const alive = { pid: process.pid, identity: pidIdentity(process.pid) };
    writeFileSync(join(living, 'runtime.json'), JSON.stringify(alive));
    age(killed);
    age(living);
    await removeAbandoned(parent);
    expect([killed, living, young].map((folder) => existsSync(folder))).toEqual([false, true, true]);
    expect(pidIdentity(child.pid)).toBeUndefined();
  });
});
