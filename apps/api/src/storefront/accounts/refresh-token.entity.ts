/** A refresh token by its hash; all tokens that came out of one sign-in form a family, which falls together. */
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('refresh_tokens')
export class RefreshToken {
  /** SHA-256 of the token: 32 random bytes need no slow hash. */
  @PrimaryColumn('bytea', { name: 'token_hash' })
  readonly tokenHash: Buffer;

  @Column('uuid', { name: 'family_id' })
  readonly familyId: string;

  @Column('bigint', { name: 'customer_id' })
  readonly customerId: string;

  @Column('timestamptz', { name: 'expires_at' })
  readonly expiresAt: Date;

  /** Set when it was exchanged for its successor; a second use of it means that somebody has a copy. */
  @Column('timestamptz', { name: 'used_at', nullable: true })
  readonly usedAt: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  readonly revokedAt: Date | null;
}
