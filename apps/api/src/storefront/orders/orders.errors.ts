/** Situations in which a cart or an order is refused. */
import { AppError } from '@app/platform';

export class EmptyCart extends AppError {
  readonly code = 'EMPTY_CART';
  readonly kind = 'CONFLICT';

  constructor() {
    super('The cart is empty; add something to it before placing an order.');
  }
}

export class CartTooLarge extends AppError {
  readonly code = 'CART_TOO_LARGE';
  readonly kind = 'CONFLICT';

  constructor(limit: string) {
    super(`The cart cannot hold more: ${limit}.`);
  }
}

/** One order is charged in one currency. */
export class MixedCurrencies extends AppError {
  readonly code = 'MIXED_CURRENCIES';
  readonly kind = 'CONFLICT';

  constructor() {
    super('The cart holds articles of another currency; order those first, or take them out.');
  }
}

/** The order has gone too far for what was asked. */
export class WrongOrderStatus extends AppError {
  readonly code = 'WRONG_ORDER_STATUS';
  readonly kind = 'CONFLICT';

  constructor(action: string, status: string) {
    super(`An order that is ${status} cannot be ${action}.`, { status });
  }
}
