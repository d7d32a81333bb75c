/** One statement for all orders and lines that a request's resolvers ask for together. */
import { Injectable } from '@nestjs/common';
import { groupBy, keyBy, RequestLoader } from '../../graphql/request-loader.js';
import type { Cart, CartLine } from './cart.entity.js';
import type { Order, OrderLine } from './order.entity.js';
import { OrdersRepository } from './orders.repository.js';

@Injectable()
export class OrderLoader extends RequestLoader<Order | undefined> {
  constructor(private readonly orders: OrdersRepository) {
    super();
  }

  protected async loadMany(ids: readonly string[]): Promise<ReadonlyMap<string, Order>> {
    return keyBy(await this.orders.byId(ids), ({ id }) => id);
  }

  protected missing(): undefined {
    return undefined;
  }
}

@Injectable()
export class OrderLinesLoader extends RequestLoader<readonly OrderLine[]> {
  constructor(private readonly orders: OrdersRepository) {
    super();
  }

  protected async loadMany(orderIds: readonly string[]): Promise<ReadonlyMap<string, readonly OrderLine[]>> {
    return groupBy(await this.orders.lines(orderIds), ({ orderId }) => orderId);
  }

  protected missing(): readonly OrderLine[] {
    return [];
  }
}

@Injectable()
export class CartLinesLoader extends RequestLoader<readonly CartLine[]> {
  constructor(private readonly orders: OrdersRepository) {
    super();
  }

  protected async loadMany(cartIds: readonly string[]): Promise<ReadonlyMap<string, readonly CartLine[]>> {
    return groupBy(await this.orders.cartLines(cartIds), ({ cartId }) => cartId);
  }

  protected missing(): readonly CartLine[] {
    return [];
  }
}

/** Carts by their customers. */
@Injectable()
export class CartLoader extends RequestLoader<Cart | undefined> {
  constructor(private readonly orders: OrdersRepository) {
    super();
  }

  protected async loadMany(customerIds: readonly string[]): Promise<ReadonlyMap<string, Cart>> {
    return keyBy(await this.orders.cartsOf(customerIds), ({ customerId }) => customerId);
  }

  protected missing(): undefined {
    return undefined;
  }
}
