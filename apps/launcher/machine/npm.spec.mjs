import { describe, expect, it } from 'vitest';
import { npmCommand } from './npm.mjs';

describe('npmCommand', () => {
  it('uses the npm that runs the script, under this Node', () => {
    const { command, args } = npmCommand({ npm_execpath: '/usr/lib/npm/bin/npm-cli.js' }, ['ci']);
    expect([command, ...args.slice(0, 2)]).toEqual([process.execPath, '/usr/lib/npm/bin/npm-cli.js', 'ci']);
  });

  it('uses the npm on the PATH when another package manager runs the script, or none', () => {
    expect(npmCommand({ npm_execpath: '/usr/lib/yarn/bin/yarn.js' }, ['ci']).args[0]).toBe('ci');
    expect(npmCommand({}, ['ci']).command).toMatch(/^npm/);
  });

  it('lets npm report errors and nothing else', () => {
    expect(npmCommand({}, ['ci']).args).toContain('--loglevel=error');
  });
});
