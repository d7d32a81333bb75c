/** Accounts: who gets in and stays in, and who does not, whatever he holds in his hands. */
import { createHash } from 'node:crypto';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUp } from '../support/accounts.js';
import { startApp } from '../support/start-app.js';
import type { RunningApp } from '../support/start-app.js';

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly customer: { readonly id: string; readonly email: string; readonly name: string };
}

const session = 'accessToken refreshToken customer { id email name }';
const signUpMutation = `mutation ($input: SignUpInput!) { signUp(input: $input) { ${session} } }`;
const signInMutation = `mutation ($input: SignInInput!) { signIn(input: $input) { ${session} } }`;
const refreshMutation = `mutation ($token: String!) { refreshToken(input: { refreshToken: $token }) { ${session} } }`;
const signOutMutation = `mutation ($token: String!) { signOut(input: { refreshToken: $token }) { signedOut } }`;
const me = '{ me { id } }';

const password = 'correct horse battery';

let shop: RunningApp;
let addresses = 0;
const newEmail = () => `person-${(addresses += 1)}@example.com`;

beforeAll(async () => {
  shop = await startApp({ env: { SIGN_IN_FAILURES_PER_MINUTE: '5' } });
});

afterAll(async () => shop.stop());

async function open(email = newEmail()): Promise<Session> {
  const { signUp: opened } = await shop.guest.data<{ signUp: Session }>(signUpMutation, {
    input: { email, password, name: 'Grace' },
  });
  return opened;
}

async function refresh(token: string): Promise<Session> {
  return (await shop.guest.data<{ refreshToken: Session }>(refreshMutation, { token })).refreshToken;
}

const refreshCode = (token: string) => shop.guest.errorCode(refreshMutation, { token });
const signInCode = (email: string, given = password) =>
  shop.guest.errorCode(signInMutation, { input: { email, password: given } });

const answer = async (email: string, given: string) => {
  const { data, errors, status } = await shop.guest.ask(signInMutation, {
    input: { email, password: given },
  });
  return { data, errors, status };
};

const timeOf = async (email: string) => {
  const startedMs = performance.now();
  await signInCode(email, 'wrong password');
  return performance.now() - startedMs;
};

describe('signing up and in', () => {
  test('a new customer is signed in at once and finds himself', async () => {
    const { accessToken, customer } = await open();
    expect(customer.name).toBe('Grace');
    expect(await shop.guest.as(accessToken).data(me)).toEqual({ me: { id: customer.id } });
    expect(await shop.guest.data(me)).toEqual({ me: null });
  });

  test('he signs in again with his password, however his address is capitalised', async () => {
    const { customer } = await open('Mixed.Case@Example.com');
    for (const email of ['Mixed.Case@Example.com', 'mixed.case@example.com', 'MIXED.CASE@EXAMPLE.COM']) {
      const { signIn } = await shop.guest.data<{ signIn: Session }>(signInMutation, {
        input: { email, password },
      });
      expect(signIn.customer.id).toBe(customer.id);
    }
  });

  test('an address is taken once, in any capitals, also when many ask for it at once', async () => {
    const email = newEmail();
    const codes = await Promise.all(
      [email, email.toUpperCase(), email, email].map((address) =>
        shop.guest.errorCode(signUpMutation, { input: { email: address, password, name: 'X' } }),
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'EMAIL_TAKEN')).toHaveLength(3);
  });

  test('a customer of the books who has no account cannot be taken over by signing up with his address', async () => {
    const [imported] = await shop.dataSource.query<{ email: string }[]>(
      `SELECT email FROM customers WHERE NOT EXISTS (SELECT FROM accounts WHERE customer_id = id) ORDER BY id LIMIT 1`,
    );
    const email = imported?.email ?? '';
    for (const spelling of [email, email.toUpperCase()])
      expect(
        await shop.guest.errorCode(signUpMutation, { input: { email: spelling, password, name: 'Thief' } }),
      ).toBe('EMAIL_TAKEN');
    expect(await signInCode(email)).toBe('UNAUTHENTICATED');
    expect(await signInCode(email, '')).toBe('UNAUTHENTICATED');
  });

  test.each([
    ['no address', { email: 'nobody', password, name: 'X' }],
    ['an address with a line break', { email: 'a@example.com\nBcc: b@example.com', password, name: 'X' }],
    ['a short password', { email: 'short@example.com', password: '1234567', name: 'X' }],
    ['an endless password', { email: 'long@example.com', password: 'x'.repeat(201), name: 'X' }],
    ['a name of blanks', { email: 'blank@example.com', password, name: '   ' }],
    ['a name with a NUL', { email: 'nul@example.com', password, name: 'A\u0000B' }],
  ])('%s is refused and opens nothing', async (_name, input) => {
    expect(await shop.guest.errorCode(signUpMutation, { input })).toBe('BAD_USER_INPUT');
    const left = await shop.dataSource.query<unknown[]>('SELECT 1 FROM customers WHERE email = $1', [
      input.email.replaceAll('\u0000', ''),
    ]);
    expect(left).toEqual([]);
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const { customer } = await open();
    const wrong = await answer(customer.email, 'wrong password');
    expect(wrong.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await answer('nobody.at.all@example.com', password)).toEqual(wrong);
  });

  test('and cost the same work: the unknown address is not answered sooner', async () => {
    const { customer } = await open();
    const wrong: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      wrong.push(await timeOf(customer.email));
      unknown.push(await timeOf('somebody.unknown@example.com'));
    }
    // argon2id takes tens of milliseconds, all else a few: the fastest of each tells without the machine's noise.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...wrong) * 0.5);
    expect(Math.min(...unknown)).toBeLessThan(Math.min(...wrong) * 2);
  });
});

describe('what the database holds', () => {
  test('passwords as argon2id of at least 19 MiB and two passes', async () => {
    const { customer } = await open();
    const [row] = await shop.dataSource.query<{ password_hash: string }[]>(
      'SELECT password_hash FROM accounts JOIN customers ON id = customer_id WHERE email = $1',
      [customer.email],
    );
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{20,}\$[\w+/]{40,}$/);
  });

  test('two equal passwords under two different hashes', async () => {
    const people = [await open(), await open()];
    const rows = await shop.dataSource.query<{ password_hash: string }[]>(
      'SELECT DISTINCT password_hash FROM accounts JOIN customers ON id = customer_id WHERE email = ANY($1)',
      [people.map(({ customer }) => customer.email)],
    );
    expect(rows).toHaveLength(2);
  });

  test('refresh tokens as hashes only', async () => {
    const { refreshToken } = await open();
    const hash = createHash('sha256').update(refreshToken).digest();
    expect(
      await shop.dataSource.query('SELECT 1 AS found FROM refresh_tokens WHERE token_hash = $1', [hash]),
    ).toEqual([{ found: 1 }]);
    const plain = await shop.dataSource.query(
      `SELECT 1 FROM refresh_tokens t WHERE row_to_json(t)::text LIKE '%' || $1 || '%'`,
      [refreshToken],
    );
    expect(plain).toEqual([]);
    expect(Buffer.from(refreshToken, 'base64url')).toHaveLength(32);
  });
});

describe('refresh tokens', () => {
  test('each exchanges once for a new pair', async () => {
    const first = await open();
    const second = await refresh(first.refreshToken);
    expect(second.customer.id).toBe(first.customer.id);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await shop.guest.as(third.accessToken).data(me)).toEqual({ me: { id: first.customer.id } });
  });

  test('a second use ends everything that came out of the same sign-in, and nothing else', async () => {
    const first = await open();
    const { signIn: other } = await shop.guest.data<{ signIn: Session }>(signInMutation, {
      input: { email: first.customer.email, password },
    });
    const second = await refresh(first.refreshToken);
    expect(await refreshCode(first.refreshToken)).toBe('UNAUTHENTICATED');
    expect(await refreshCode(second.refreshToken)).toBe('UNAUTHENTICATED');
    expect((await refresh(other.refreshToken)).customer.id).toBe(first.customer.id);
  });

  test('of two uses at once one wins, and then its token is worth nothing either', async () => {
    const { refreshToken } = await open();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        shop.guest.ask<{ refreshToken: Session }>(refreshMutation, { token: refreshToken }),
      ),
    );
    const won = answers.flatMap(({ data }) =>
      data === null || data === undefined ? [] : [data.refreshToken],
    );
    expect(won).toHaveLength(1);
    expect(await refreshCode(won[0]?.refreshToken ?? '')).toBe('UNAUTHENTICATED');
  });

  test('signing out ends the family, and is said to be done whatever token comes', async () => {
    const first = await open();
    const second = await refresh(first.refreshToken);
    expect(await shop.guest.data(signOutMutation, { token: second.refreshToken })).toEqual({
      signOut: { signedOut: true },
    });
    expect(await refreshCode(second.refreshToken)).toBe('UNAUTHENTICATED');
    expect(await shop.guest.data(signOutMutation, { token: 'never given out' })).toEqual({
      signOut: { signedOut: true },
    });
  });

  test('one whose time is up is refused', async () => {
    const { refreshToken } = await open();
    await shop.dataSource.query('UPDATE refresh_tokens SET expires_at = now() WHERE token_hash = $1', [
      createHash('sha256').update(refreshToken).digest(),
    ]);
    expect(await refreshCode(refreshToken)).toBe('UNAUTHENTICATED');
  });

  test('a role that was taken away is gone at the next exchange', async () => {
    const { refreshToken, customer } = await open();
    const setRole = (role: string) =>
      shop.dataSource.query(
        'UPDATE accounts SET role = $2 WHERE customer_id = (SELECT id FROM customers WHERE email = $1)',
        [customer.email, role],
      );
    await setRole('staff');
    const staff = await refresh(refreshToken);
    expect(decodeJwt(staff.accessToken)['role']).toBe('staff');
    await setRole('customer');
    expect(decodeJwt((await refresh(staff.refreshToken)).accessToken)['role']).toBe('customer');
  });
});

const meCode = (token: string) => shop.guest.as(token).ask(me);

const claims = (customerId: string, role = 'admin') =>
  new SignJWT({ role }).setIssuer('swiftlet').setAudience('swiftlet').setSubject(customerId).setIssuedAt();

const key = (secret: string) => new TextEncoder().encode(secret);

async function expectRefused(token: string): Promise<void> {
  const { errors, data } = await meCode(token);
  expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  expect(data ?? { me: null }).toEqual({ me: null });
}

describe('access tokens', () => {
  test('a forged one is refused: no signature, a foreign secret, another algorithm, another issuer', async () => {
    const { accessToken } = await open();
    const { sub = '' } = decodeJwt(accessToken);
    const secret = key(shop.env.JWT_SECRET);
    const good = () => claims(sub).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m');
    expect((await meCode(await good().sign(secret))).errors).toBeUndefined();
    await expectRefused(
      new UnsecuredJWT({ role: 'admin' })
        .setIssuer('swiftlet')
        .setAudience('swiftlet')
        .setSubject(sub)
        .setExpirationTime('5m')
        .encode(),
    );
    await expectRefused(await good().sign(key('another secret of more than 32 characters')));
    await expectRefused(
      await claims(sub).setProtectedHeader({ alg: 'HS512' }).setExpirationTime('5m').sign(secret),
    );
    await expectRefused(await good().setIssuer('elsewhere').sign(secret));
    await expectRefused(await good().setAudience('elsewhere').sign(secret));
    await expectRefused(
      await claims(sub, 'owner').setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m').sign(secret),
    );
    await expectRefused(
      await claims('1; DROP TABLE').setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m').sign(secret),
    );
  });

  test('a changed one is refused', async () => {
    const { accessToken } = await open();
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const admin = Buffer.from(JSON.stringify({ ...decodeJwt(accessToken), role: 'admin' })).toString(
      'base64url',
    );
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    await expectRefused([header, admin, signature].join('.'));
    await expectRefused([none, payload, ''].join('.'));
    await expectRefused([none, admin, signature].join('.'));
    await expectRefused([header, payload, signature.slice(1)].join('.'));
    await expectRefused([header, payload].join('.'));
    await expectRefused('garbage');
    await expectRefused(payload.repeat(50));
  });

  test('one whose time is up is refused, and one that never ends was never given out', async () => {
    const { accessToken } = await open();
    const { exp = 0, iat = 0, sub = '' } = decodeJwt(accessToken);
    expect((exp - iat) * 1000).toBe(shop.env.ACCESS_TOKEN_TTL_MS);
    const old = claims(sub)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(iat - 1);
    await expectRefused(await old.sign(key(shop.env.JWT_SECRET)));
  });

  test('a header that is no bearer token is an error, not an anonymous viewer', async () => {
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer a b', 'token']) {
      const response = await fetch(`${shop.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: me }),
      });
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });
});

describe('guessing', () => {
  test('is slowed down after a few failures, for that address only, the right password included', async () => {
    const target = await open();
    const bystander = await open();
    for (let failure = 0; failure < 5; failure += 1)
      expect(await signInCode(target.customer.email, `guess ${failure}`)).toBe('UNAUTHENTICATED');
    const { errors } = await shop.guest.ask(signInMutation, {
      input: { email: target.customer.email.toUpperCase(), password },
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 60 });
    expect(await signInCode(bystander.customer.email)).toBeUndefined();
  });

  test('gets no more guesses by sending them all at once', async () => {
    const { customer } = await open();
    const codes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => signInCode(customer.email, `guess ${at}`)),
    );
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TOO_MANY_REQUESTS')).toHaveLength(15);
  });

  test('does not stand in the way of somebody who signs in many times at once', async () => {
    const { customer } = await open();
    const codes = await Promise.all(Array.from({ length: 12 }, () => signInCode(customer.email)));
    expect(codes).toEqual(Array.from({ length: 12 }));
  });
});

describe('a short life', () => {
  test('an access token ends by itself and a new one comes by the refresh token', async () => {
    const brief = await startApp({ env: { ACCESS_TOKEN_TTL_MS: '1000' } });
    try {
      const { client, refreshToken } = await signUp(brief);
      expect(await client.errorCode(me)).toBeUndefined();
      await expect
        .poll(() => client.errorCode(me), { timeout: 3_000, interval: 100 })
        .toBe('UNAUTHENTICATED');
      const { refreshToken: renewed } = await brief.guest.data<{ refreshToken: Session }>(refreshMutation, {
        token: refreshToken,
      });
      expect(await client.as(renewed.accessToken).errorCode(me)).toBeUndefined();
    } finally {
      await brief.stop();
    }
  });
});
