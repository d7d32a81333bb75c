/** Finds out who asks from the Authorization header, on HTTP and on sockets alike. */
import { timingSafeEqual } from 'node:crypto';
import { anonymous, type Viewer } from '../../access/viewer.js';
import { AccessTokens } from './access-tokens.js';
import { InvalidAccessToken } from './accounts.errors.js';

export class ViewerResolver {
  readonly #adminToken: Buffer | undefined;

  constructor(
    private readonly accessTokens: AccessTokens,
    adminToken: string | undefined,
  ) {
    this.#adminToken = adminToken === undefined ? undefined : Buffer.from(adminToken);
  }

  /** No header is an anonymous viewer; a bad one is an error, not an anonymous viewer. @throws InvalidAccessToken */
  async resolve(authorization: string | undefined): Promise<Viewer> {
    if (authorization === undefined || authorization === '') return anonymous;
    const [, token] = /^Bearer +([^\s]+)$/i.exec(authorization.trim()) ?? [];
    if (token === undefined) throw new InvalidAccessToken();
    if (this.#isAdminToken(token)) return { role: 'admin' };
    return this.accessTokens.read(token);
  }

  #isAdminToken(token: string): boolean {
    const given = Buffer.from(token);
    return this.#adminToken?.length === given.length && timingSafeEqual(this.#adminToken, given);
  }
}
