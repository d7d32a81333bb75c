import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeScript, temporaryFolder, temporaryRun } from '../testing/temporary.mjs';
import { STOP_ORDER } from './shutdown.mjs';
import { mustSucceed, runTask, startChild, toolScript, withNodeFirst } from './task.mjs';

describe('runTask', () => {
  it('is cut short when the run stops', async () => {
    const run = temporaryRun();
    const task = runTask(run, { name: 'long', ...nodeScript('setInterval(() => {}, 1e6)') });
    await run.shutdown.stopAll();
    expect(await task).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('starts nothing any more once the run is stopping', async () => {
    const run = temporaryRun();
    await run.shutdown.stopAll();
    const plan = { name: 'late', output: 'keep', order: STOP_ORDER.api, ...nodeScript('') };
    expect(() => startChild(run, plan)).toThrow('late was not started');
  });

  it('notes its child for whoever has to clean up, and strikes it off again', async () => {
    const noted = [];
    const record = { addChild: ({ name }) => noted.push(`+${name}`), removeChild: () => noted.push('-') };
    await runTask(temporaryRun({ record }), { name: 'short', ...nodeScript('') });
    await expect.poll(() => noted).toEqual(['+short', '-']);
  });
});

describe('mustSucceed', () => {
  it('shows all that a failing program said', async () => {
    const script = `for (let i = 0; i < 100; i++) console.error('npm error ' + i); process.exitCode = 1`;
    const error = await mustSucceed(temporaryRun(), { name: 'npm ci', ...nodeScript(script) }).catch(
      (caught) => caught,
    );
    expect(error.message).toBe('npm ci ended with exit code 1.');
    expect(error.details.trim().split('\n')).toHaveLength(100);
  });
});

describe('toolScript', () => {
  it.each([{ tool: 'bin/tool.js' }, 'bin/tool.js'])('finds the script behind bin %j', (bin) => {
    const root = temporaryFolder();
    const folder = join(root, 'node_modules', '@scope', 'tool');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ bin }));
    expect(toolScript(root, '@scope/tool', 'tool')).toBe(join(folder, 'bin', 'tool.js'));
  });

  it('says what is not installed', () => {
    expect(() => toolScript(temporaryFolder(), 'oxlint', 'oxlint')).toThrow('oxlint is not installed');
  });
});

describe('withNodeFirst', () => {
  it('finds this Node before any other', () => {
    const { PATH } = withNodeFirst({ PATH: '/usr/bin' }, '/checkout', '/node24/bin/node');
    expect(PATH.split(delimiter)).toEqual([
      '/node24/bin',
      join('/checkout', 'node_modules', '.bin'),
      '/usr/bin',
    ]);
  });
});
