/** Reads orders and carts. */
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Page } from '../../graphql/relay/connection.js';
import { KeysetPager } from '../../graphql/relay/keyset-pager.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { Cart, CartLine } from './cart.entity.js';
import { Order, OrderLine } from './order.entity.js';

@Injectable()
export class OrdersRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pager: KeysetPager,
  ) {}

  async byId(ids: readonly string[]): Promise<Order[]> {
    return this.dataSource.getRepository(Order).findBy({ id: In([...ids]) });
  }

  /** Newest first. */
  async ofCustomer(customerId: string, page: PageRequest): Promise<Page<Order>> {
    return this.pager.page(
      {
        entity: Order,
        from: 'orders t',
        select: 't.*',
        conditions: [(p) => `t.customer_id = ${p.add(customerId)}`],
        order: {
          name: 'ORDERS_NEWEST',
          columns: [
            { sql: 't.placed_at', type: 'timestamptz' },
            { sql: 't.id', type: 'bigint' },
          ],
          descending: true,
        },
      },
      page,
    );
  }

  async lines(orderIds: readonly string[]): Promise<OrderLine[]> {
    return this.dataSource
      .getRepository(OrderLine)
      .find({ where: { orderId: In([...orderIds]) }, order: { orderId: 'ASC', lineNumber: 'ASC' } });
  }

  async linesById(ids: readonly string[]): Promise<OrderLine[]> {
    return this.dataSource.getRepository(OrderLine).findBy({ id: In([...ids]) });
  }

  async cartsOf(customerIds: readonly string[]): Promise<Cart[]> {
    return this.dataSource.getRepository(Cart).findBy({ customerId: In([...customerIds]) });
  }

  async cartLinesById(ids: readonly string[]): Promise<CartLine[]> {
    return this.dataSource.getRepository(CartLine).findBy({ id: In([...ids]) });
  }

  async cartsById(ids: readonly string[]): Promise<Cart[]> {
    return this.dataSource.getRepository(Cart).findBy({ id: In([...ids]) });
  }

  async cartLines(cartIds: readonly string[]): Promise<CartLine[]> {
    return this.dataSource
      .getRepository(CartLine)
      .find({ where: { cartId: In([...cartIds]) }, order: { cartId: 'ASC', id: 'ASC' } });
  }
}
