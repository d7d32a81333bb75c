import { describe, expect, it } from 'vitest';
import { Child } from './child.mjs';
import { nodeScript } from '../testing/temporary.mjs';
import { identityFromStat, pidIdentity } from './pid-identity.mjs';

const REST = '1 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 4711 1 1';

describe('identityFromStat', () => {
  it('joins the boot and the start time', () => {
    expect(identityFromStat(`42 (node) S ${REST}`, 'boot')).toBe('boot:4711');
  });

  it('is not misled by a command name with spaces and parentheses', () => {
    expect(identityFromStat(`42 (a (b) c) R ${REST}`, 'boot')).toBe('boot:4711');
  });

  it('takes a zombie for dead', () => {
    expect(identityFromStat(`42 (node) Z ${REST}`, 'boot')).toBeUndefined();
  });
});

describe('pidIdentity', () => {
  it('stays the same while the program runs', () => {
    expect(pidIdentity(process.pid)).toBeDefined();
    expect(pidIdentity(process.pid)).toBe(pidIdentity(process.pid));
  });

  it('is undefined once the program has ended', async () => {
    const child = new Child({ name: 'short', output: 'keep', ...nodeScript('') });
    await child.ended;
    expect(pidIdentity(child.pid)).toBeUndefined();
  });
});
