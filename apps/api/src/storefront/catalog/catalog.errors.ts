/** Situations of the catalogue in which a change is refused. */
import { AppError } from '@app/platform';

/** There are fewer units than were asked for. */
export class OutOfStock extends AppError {
  readonly code = 'OUT_OF_STOCK';
  readonly kind = 'CONFLICT';

  /** @param productId the global id, as clients know it. */
  constructor(productId: string, productName: string, requested: number, available: number) {
    super(`Only ${available} of "${productName}" can be had; ${requested} were asked for.`, {
      productId,
      requested,
      available,
    });
  }
}
