import { chownSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary.mjs';
import { checkCanRun, chooseUser, invokeAs } from './unprivileged.mjs';

const USER = { uid: 101, gid: 104 };

describe('invokeAs', () => {
  it('changes nothing for a user who is not root', () => {
    expect(invokeAs(undefined, 'postgres', ['-D', 'x'])).toEqual({ command: 'postgres', args: ['-D', 'x'] });
  });

  it('lets setpriv keep the one capability that passes through closed folders', () => {
    const { command, args } = invokeAs(USER, 'initdb', ['-D', 'x'], { hasSetpriv: true });
    expect(command).toBe('setpriv');
    expect(args).toEqual(expect.arrayContaining(['--reuid=101', '--regid=104', '--clear-groups']));
    expect(args).toEqual(expect.arrayContaining(['--ambient-caps=+dac_override']));
    expect(args.slice(-3)).toEqual(['initdb', '-D', 'x']);
  });

  it('changes user and group alone where there is no setpriv', () => {
    const invocation = invokeAs(USER, 'initdb', [], { hasSetpriv: false });
    expect(invocation).toEqual({ command: 'initdb', args: [], uid: 101, gid: 104 });
  });
});

describe('chooseUser', () => {
  it('chooses another user when it is root', () => {
    expect(chooseUser('/no/such/folder', 0).uid).toBeGreaterThan(0);
  });

  it('changes nothing when it is not root', () => {
    expect(chooseUser('/no/such/folder', 1000)).toBeUndefined();
  });

  it('keeps to the user who owns the data already', () => {
    const folder = temporaryFolder();
    if (process.getuid() === 0) chownSync(folder, 12_345, 54_321);
    const { uid, gid } = statSync(folder);
    expect(chooseUser(folder, 0)).toEqual({ uid, gid });
  });
});

describe('checkCanRun', () => {
  it('says what to do about a program that cannot be run', () => {
    expect(() => checkCanRun(undefined, '/no/such/postgres')).toThrow(
      'This user cannot run /no/such/postgres (ENOENT)',
    );
  });
});
