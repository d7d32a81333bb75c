/** Issues and reads access tokens: signed JWTs that live for minutes, so that nobody has to look them up. */
import type { Clock } from '@app/platform';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Viewer } from '../../access/viewer.js';
import { InvalidAccessToken } from './accounts.errors.js';

const issuer = 'swiftlet';
/** A few megabytes of tokens. */
const mostRemembered = 10_000;
const claimsSchema = z.object({
  sub: z.string().regex(/^\d+$/),
  role: z.enum(['customer', 'staff', 'admin']),
  exp: z.number(),
});

export class AccessTokens {
  readonly #key: Uint8Array;
  /** Tokens whose signature was found good: each is shown with every request, and checking it costs more than most answers. */
  readonly #verified = new Map<string, Viewer>();

  constructor(
    secret: string,
    private readonly ttlMs: number,
    private readonly clock: Clock,
  ) {
    this.#key = new TextEncoder().encode(secret);
  }

  async issue(viewer: { readonly customerId: string; readonly role: string }): Promise<string> {
    const nowSeconds = Math.floor(this.clock.nowMs() / 1000);
    return new SignJWT({ role: viewer.role })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setAudience(issuer)
      .setSubject(viewer.customerId)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + Math.ceil(this.ttlMs / 1000))
      .sign(this.#key);
  }

  /** @throws InvalidAccessToken */
  async read(token: string): Promise<Viewer> {
    const known = this.#verified.get(token);
    if (known?.expiresAtMs !== undefined && this.clock.nowMs() < known.expiresAtMs) return known;
    this.#verified.delete(token);
    const viewer = await this.#verify(token);
    if (this.#verified.size >= mostRemembered) this.#verified.clear();
    this.#verified.set(token, viewer);
    return viewer;
  }

  async #verify(token: string): Promise<Viewer> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        issuer,
        audience: issuer,
        currentDate: new Date(this.clock.nowMs()),
      });
      const { sub, role, exp } = claimsSchema.parse(payload);
      return { customerId: sub, role, expiresAtMs: exp * 1000 };
    } catch (error) {
      throw new InvalidAccessToken({ cause: error });
    }
  }
}
