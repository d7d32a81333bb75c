/** Cursors: the sort key of a row, signed, so that nobody can point them at what no list showed him. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidInput } from '../../access/errors.js';

/** Bytes of HMAC-SHA-256 kept: 96 bits are far beyond guessing and keep cursors short. */
const signatureBytes = 12;

export class CursorCodec {
  constructor(private readonly secret: string) {}

  /** @param order names the sort, so that a cursor of one list cannot be used in another. */
  encode(order: string, keys: readonly string[]): string {
    const payload = Buffer.from(JSON.stringify([order, ...keys]));
    return Buffer.concat([this.#sign(payload), payload]).toString('base64url');
  }

  /** @throws InvalidInput when the cursor was changed, or belongs to another sort. */
  decode(order: string, cursor: string): string[] {
    const [cursorOrder, ...keys] = this.#payload(cursor);
    if (cursorOrder !== order) {
      throw new InvalidInput('The cursor belongs to another sort or search; start again without it.');
    }
    return keys;
  }

  /** @throws InvalidInput when the cursor was changed. */
  isOf(order: string, cursor: string): boolean {
    return this.#payload(cursor)[0] === order;
  }

  #payload(cursor: string): string[] {
    const bytes = Buffer.from(cursor, 'base64url');
    const signature = bytes.subarray(0, signatureBytes);
    const payload = bytes.subarray(signatureBytes);
    // Decoding passes over what is not base64url, so that other spellings of one cursor would be taken for it.
    const isWhole = signature.length === signatureBytes && bytes.toString('base64url') === cursor;
    if (!isWhole || !timingSafeEqual(signature, this.#sign(payload))) {
      throw new InvalidInput(
        'The cursor is not one that this API gave out; pass `endCursor` or `startCursor` as it is.',
      );
    }
    return JSON.parse(payload.toString()) as string[];
  }

  #sign(payload: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update('cursor')
      .update(payload)
      .digest()
      .subarray(0, signatureBytes);
  }
}
