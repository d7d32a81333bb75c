import { describe, expect, it } from 'vitest';
import { nodeScript } from '../testing/temporary.mjs';
import { Child } from './child.mjs';
import { isBoundToParent, UNDER_LAUNCHER } from './parent-watch.mjs';
import { pidIdentity } from './pid-identity.mjs';

describe('watchParent', () => {
  it('notices a parent that was killed without a word', async () => {
    const watch = new URL('./parent-watch.mjs', import.meta.url).href;
    const watching = `import('${watch}').then(({ watchParent }) => {
      watchParent(() => process.exit()); setInterval(() => {}, 1e6); console.log(process.pid) })`;
    const script = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(watching)}], {
      stdio: ['ignore', 'inherit', 'inherit'], detached: true })`;
    let pid;
    const parent = new Child({
      name: 'parent',
      output: (text) => (pid = Number(text)),
      ...nodeScript(script),
    });
    await expect.poll(() => pid, { timeout: 10_000 }).toBeGreaterThan(0);
    parent.kill();
    await expect.poll(() => pidIdentity(pid), { timeout: 10_000 }).toBeUndefined();
  });
});

describe('isBoundToParent', () => {
  it('binds a launcher to npm and to the launcher that runs it, not to a shell', () => {
    expect(isBoundToParent({ npm_lifecycle_event: 'start' })).toBe(true);
    expect(isBoundToParent({ [UNDER_LAUNCHER]: '1' })).toBe(true);
    expect(isBoundToParent({ SHELL: '/bin/bash' })).toBe(false);
  });
});
