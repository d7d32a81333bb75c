/** Asks for programs that every machine has, and for one that none has. */
import { describe, expect, it } from 'vitest';
import { requireProgram } from './debian-package.js';

describe('a required program', () => {
  it('is found on the PATH, and by its whole path', async () => {
    const byName = await requireProgram('sh', []);
    expect(byName).toEqual({ kind: 'available', path: expect.stringMatching(/\/sh$/) });
    if (byName.kind === 'available') expect(await requireProgram(byName.path, [])).toEqual(byName);
  });

  it.skipIf(process.getuid?.() === 0)('is missed with the packages that bring it', async () => {
    expect(await requireProgram('no-such-program', ['no-such-package'])).toEqual({
      kind: 'missing',
      reason: 'there is no no-such-program; install no-such-package (Debian, Ubuntu)',
    });
  });
});
