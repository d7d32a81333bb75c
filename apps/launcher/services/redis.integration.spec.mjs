import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, temporaryRun } from '../testing/temporary.mjs';
import { requireRedis } from './redis-package.mjs';
import { answersPing, startRedis } from './redis.mjs';

async function start(run, dataDir, isDurable = false) {
  const binary = await requireRedis(run);
  return startRedis(run, { binary, dataDir, password: 'a-password_of-the-spec', isDurable });
}

function connect(url) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on('error', () => undefined); // the command that fails says it
  onTestFinished(() => client.disconnect());
  return client;
}

describe('startRedis', () => {
  it('serves, behind its password only', async () => {
    const { url, port } = await start(temporaryRun(), temporaryFolder());
    expect(await connect(url).set('key', 'value')).toBe('OK');
    expect(await answersPing(port, 'guessed')).toBe(false);
    await expect(connect(`redis://127.0.0.1:${port}`).get('key')).rejects.toThrow('NOAUTH');
  });

  it('finds its data again after a start', async () => {
    const dataDir = temporaryFolder();
    const first = temporaryRun();
    await connect((await start(first, dataDir, true)).url).set('key', 'kept');
    await first.shutdown.stopAll();
    const second = await start(temporaryRun(), dataDir, true);
    expect(await connect(second.url).get('key')).toBe('kept');
  });

  it('is gone when the run has stopped', async () => {
    const run = temporaryRun();
    const { child, port } = await start(run, temporaryFolder());
    await run.shutdown.stopAll();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(await answersPing(port, 'a-password_of-the-spec')).toBe(false);
  });

  it('shows its log when it cannot start', async () => {
    const dataDir = temporaryFolder();
    const options = { dataDir, password: 'x', isDurable: false, binary: '/bin/false' };
    await expect(startRedis(temporaryRun(), options)).rejects.toThrow(
      'redis-server ended with exit code 1 while it started',
    );
  });
});
