/** What every purge adapter does when the CDN's API does not do as it should. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PurgeTransport } from '../core/purge-call.js';
import type { CdnPurger } from '../core/purge-port.js';
import { startVendorStandIn, type VendorAnswer, type VendorStandIn } from './vendor-stand-in.js';

/** Stands wherever an adapter wants a credential. */
export const secret = 'sekret-Qx7/+=';

export async function startVendor(...answers: VendorAnswer[]): Promise<VendorStandIn> {
  const vendor = await startVendorStandIn(...answers);
  onTestFinished(() => vendor.close());
  return vendor;
}

export const patient: PurgeTransport = { fetch, timeoutMs: 10_000 };

/** Everything that a logger could print of it. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), textOf(error.cause)].join('\n');
}

export function describeCdnPurger(
  name: string,
  create: (url: string, transport: PurgeTransport) => CdnPurger,
  { hasCredential } = { hasCredential: true },
): void {
  const failWith = async (answer: VendorAnswer, transport = patient): Promise<unknown> => {
    const vendor = await startVendor(answer);
    const failure: unknown = await create(vendor.url, transport)
      .purge(['Product:7'])
      .catch((error: unknown) => error);
    if (hasCredential) expect(textOf(failure)).not.toContain(secret);
    return failure;
  };

  describe(`${name}, when the CDN fails`, () => {
    it('says for how long the CDN wants to be left alone', async () => {
      const failure = await failWith({ status: 429, headers: { 'retry-after': '7' } });
      expect(failure).toMatchObject({ code: 'PURGE_THROTTLED', retryAfterMs: 7_000 });
    });

    it('reads a date to come back at by the clock of the CDN', async () => {
      const headers = {
        date: 'Tue, 01 Jan 2030 00:00:00 GMT',
        'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT',
      };
      expect(await failWith({ status: 429, headers })).toMatchObject({ retryAfterMs: 30_000 });
    });

    it('tells what the CDN says, without the credential that it repeats', async () => {
      const failure = await failWith({ status: 500, body: `no purge for ${secret} today` });
      expect(failure).toMatchObject({ code: 'PURGE_REFUSED', status: 500 });
      expect(textOf(failure)).toContain('no purge for');
    });

    it('points at the token when the CDN does not take it', async () => {
      expect(await failWith({ status: 403 })).toMatchObject({
        message: expect.stringContaining('API token'),
      });
    });

    it('gives up a call that hangs', async () => {
      const failure = await failWith('hang', { fetch, timeoutMs: 50 });
      expect(failure).toMatchObject({ code: 'PURGE_UNREACHABLE', cause: { name: 'TimeoutError' } });
    });

    it('names a CDN that is not there', async () => {
      const vendor = await startVendorStandIn();
      await vendor.close();
      await expect(create(vendor.url, patient).purge(['Product:7'])).rejects.toMatchObject({
        code: 'PURGE_UNREACHABLE',
      });
    });

    it('takes no credential to another place', async () => {
      const elsewhere = await startVendor();
      const failure = await failWith({ status: 307, headers: { location: elsewhere.url } });
      expect(failure).toMatchObject({ code: 'PURGE_UNREACHABLE' });
      expect(elsewhere.calls).toEqual([]);
    });
  });
}
