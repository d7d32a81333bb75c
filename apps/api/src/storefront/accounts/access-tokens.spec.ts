import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from './access-tokens.js';
import { InvalidAccessToken } from './accounts.errors.js';
import { ViewerResolver } from './viewer-resolver.js';

const secret = 'a secret of at least thirty-two characters';
let nowMs = 1_800_000_000_000;
const tokens = new AccessTokens(secret, 60_000, { nowMs: () => nowMs });
const key = new TextEncoder().encode(secret);

const claims = () =>
  new SignJWT({ role: 'admin' }).setIssuer('swiftlet').setAudience('swiftlet').setSubject('7');
const soon = Math.floor(nowMs / 1_000) + 30;

describe('an access token', () => {
  it('says who its bearer is until its time is up', async () => {
    const token = await tokens.issue({ customerId: '7', role: 'staff' });
    const bearer = { customerId: '7', role: 'staff', expiresAtMs: nowMs + 60_000 };
    expect(await tokens.read(token)).toEqual(bearer);
    nowMs += 59_000;
    expect(await tokens.read(token)).toEqual(bearer);
    nowMs += 2_000;
    await expect(tokens.read(token)).rejects.toThrow(InvalidAccessToken);
    nowMs -= 61_000;
  });

  it('is refused without a signature, under another secret or algorithm, and from elsewhere', async () => {
    const good = () => claims().setExpirationTime(soon).setProtectedHeader({ alg: 'HS256' });
    expect(await tokens.read(await good().sign(key))).toEqual({
      customerId: '7',
      role: 'admin',
      expiresAtMs: soon * 1_000,
    });
    const forged = [
      new UnsecuredJWT({ role: 'admin' })
        .setIssuer('swiftlet')
        .setAudience('swiftlet')
        .setSubject('7')
        .encode(),
      await good().sign(new TextEncoder().encode('another secret of the same length or so')),
      await claims().setExpirationTime(soon).setProtectedHeader({ alg: 'HS384' }).sign(key),
      await good().setIssuer('elsewhere').sign(key),
      await good().setAudience('elsewhere').sign(key),
      await good().setSubject('seven').sign(key),
    ];
    for (const token of forged) await expect(tokens.read(token)).rejects.toThrow(InvalidAccessToken);
  });
});

describe('the viewer behind a header', () => {
  const viewers = new ViewerResolver(tokens, 'the-token-of-the-administrator-of-it-all');

  it('is anonymous without one', async () => {
    expect(await viewers.resolve(undefined)).toEqual({ role: 'anonymous' });
    expect(await viewers.resolve('')).toEqual({ role: 'anonymous' });
  });

  it('is the bearer of the token, or the administrator', async () => {
    const token = await tokens.issue({ customerId: '7', role: 'customer' });
    expect(await viewers.resolve(`bearer   ${token}`)).toMatchObject({ customerId: '7', role: 'customer' });
    expect(await viewers.resolve('Bearer the-token-of-the-administrator-of-it-all')).toEqual({
      role: 'admin',
    });
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer the-token-of-the-administrator-of-it-al'])(
    'is nobody, not even anonymous, with %j',
    async (header) => {
      await expect(viewers.resolve(header)).rejects.toThrow(InvalidAccessToken);
    },
  );

  it('is no administrator where no such token is set', async () => {
    await expect(new ViewerResolver(tokens, undefined).resolve('Bearer undefined')).rejects.toThrow(
      InvalidAccessToken,
    );
  });
});
