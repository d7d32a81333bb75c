/**
 * Refresh tokens that are good for one use each. Using one a second time means that it was copied, so everything that came
 * out of the same sign-in is revoked (RFC 9700, section 4.14.2).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@app/platform';
import { IsNull, type EntityManager } from 'typeorm';
import { RefreshToken } from './refresh-token.entity.js';

export type Exchange =
  | { readonly kind: 'exchanged'; readonly customerId: string; readonly refreshToken: string }
  | { readonly kind: 'refused' };

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export class RefreshTokens {
  constructor(
    private readonly ttlMs: number,
    private readonly clock: Clock,
  ) {}

  /** The token of a new sign-in. */
  async begin(manager: EntityManager, customerId: string): Promise<string> {
    return this.#issue(manager, customerId, randomUUID());
  }

  /**
   * Call it in a transaction that commits also when the token is refused: the family's revocation is part of it. The row is
   * locked, so that of two uses at once one comes second.
   */
  async exchange(manager: EntityManager, token: string): Promise<Exchange> {
    const tokenHash = hashOf(token);
    const found = await manager.findOne(RefreshToken, {
      where: { tokenHash },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null || found.revokedAt !== null) return { kind: 'refused' };
    if (found.usedAt !== null) {
      await this.#revokeFamily(manager, found.familyId);
      return { kind: 'refused' };
    }
    const now = this.#now();
    if (found.expiresAt <= now) return { kind: 'refused' };
    await manager.update(RefreshToken, { tokenHash }, { usedAt: now });
    const refreshToken = await this.#issue(manager, found.customerId, found.familyId);
    return { kind: 'exchanged', customerId: found.customerId, refreshToken };
  }

  /** Signs out: the token and all that came out of the same sign-in. */
  async revoke(manager: EntityManager, token: string): Promise<void> {
    const found = await manager.findOneBy(RefreshToken, { tokenHash: hashOf(token) });
    if (found !== null) await this.#revokeFamily(manager, found.familyId);
  }

  async #issue(manager: EntityManager, customerId: string, familyId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.clock.nowMs() + this.ttlMs);
    await manager.insert(RefreshToken, { tokenHash: hashOf(token), familyId, customerId, expiresAt });
    return token;
  }

  async #revokeFamily(manager: EntityManager, familyId: string): Promise<void> {
    await manager.update(RefreshToken, { familyId, revokedAt: IsNull() }, { revokedAt: this.#now() });
  }

  #now(): Date {
    return new Date(this.clock.nowMs());
  }
}
