import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkPortFree, freePort, portText } from './port.mjs';

describe('checkPortFree', () => {
  it('accepts a port that nobody listens on', async () => {
    await expect(checkPortFree('127.0.0.1', await freePort())).resolves.toBeUndefined();
  });

  it('refuses a port in use and says which variable changes it', async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.close());
    const { port } = server.address();
    await expect(checkPortFree('127.0.0.1', port)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use; stop the program that listens there, or set PORT`,
    );
  });

  it('refuses an address that this machine does not have', async () => {
    // 192.0.2.0/24 is for documentation only, RFC 5737.
    await expect(checkPortFree('192.0.2.1', 0)).rejects.toThrow('HOST is 192.0.2.1');
  });
});

describe('portText', () => {
  it('suggests a port that exists', () => {
    expect(portText('127.0.0.1', 65_535, 'EADDRINUSE')).toContain('PORT=65534');
  });

  it('explains a port below 1024', () => {
    expect(portText('127.0.0.1', 80, 'EACCES')).toContain('set PORT to a number above 1023');
  });
});
