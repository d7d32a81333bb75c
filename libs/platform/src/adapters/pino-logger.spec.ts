import { describe, expect, it } from 'vitest';
import { runInRequest } from '../core/request-context.js';
import { createPino, PlatformLogger, withoutUrlPasswords } from './pino-logger.js';

function recordingLogger(): { logger: PlatformLogger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const logger = new PlatformLogger(createPino('trace', { write: (line) => void written.push(line) }));
  return { logger, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe(PlatformLogger.name, () => {
  it('writes a constant message with fields', () => {
    const { logger, lines } = recordingLogger();
    logger.warn('redis is unavailable', { attempt: 3 });
    expect(lines()).toMatchObject([{ level: 40, msg: 'redis is unavailable', attempt: 3 }]);
  });

  it("takes Nest's trailing context string as a field", () => {
    const { logger, lines } = recordingLogger();
    logger.log('Mapped {/health, GET} route', 'RouterExplorer');
    expect(lines()).toMatchObject([{ msg: 'Mapped {/health, GET} route', context: 'RouterExplorer' }]);
  });

  it('blanks out secrets down to three levels', () => {
    const { logger, lines } = recordingLogger();
    logger.log('seen', {
      password: 'a1',
      headers: { authorization: 'a2' },
      body: { variables: { input: { password: 'a3' } } },
    });
    logger.log('seen', { variables: { input: { refreshToken: 'a4' } } });
    expect(JSON.stringify(lines())).not.toMatch(/a[124]/);
  });

  it('names the request that it runs for', () => {
    const { logger, lines } = recordingLogger();
    runInRequest({ requestId: 'r-1', signal: new AbortController().signal }, () => logger.log('inside'));
    logger.log('outside');
    expect(lines().map((line) => line['requestId'])).toEqual(['r-1', undefined]);
  });

  it('keeps passwords of connection strings out of error texts and stacks', () => {
    const { logger, lines } = recordingLogger();
    logger.error('lost', { err: new Error('cannot reach postgres://me:hush@db/shop') });
    expect(JSON.stringify(lines())).not.toContain('hush');
    expect(JSON.stringify(lines())).toContain('postgres://me:[redacted]@db/shop');
  });
});

describe(withoutUrlPasswords, () => {
  it.each([
    ['redis://:hush@cache:6379/0', 'redis://:[redacted]@cache:6379/0'],
    ['rediss://u:p%40ss@h', 'rediss://u:[redacted]@h'],
    ['https://example.com/a:b@c', 'https://example.com/a:b@c'],
    ['no url at all', 'no url at all'],
  ])('turns %j into %j', (text, expected) => {
    expect(withoutUrlPasswords(text)).toBe(expected);
  });
});
