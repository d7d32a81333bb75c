/** Reads customers, their address books and their notifications. */
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Page } from '../../graphql/relay/connection.js';
import { KeysetPager } from '../../graphql/relay/keyset-pager.js';
import type { PageRequest } from '../../graphql/relay/page-args.js';
import { CustomerAddress } from './customer-address.entity.js';
import { Customer } from './customer.entity.js';
import { Notification } from './notification.entity.js';

@Injectable()
export class CustomersRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pager: KeysetPager,
  ) {}

  async byId(ids: readonly string[]): Promise<Customer[]> {
    return this.dataSource.getRepository(Customer).findBy({ id: In([...ids]) });
  }

  async addresses(customerIds: readonly string[]): Promise<CustomerAddress[]> {
    return this.dataSource
      .getRepository(CustomerAddress)
      .find({ where: { customerId: In([...customerIds]) }, order: { id: 'ASC' } });
  }

  async addressesById(ids: readonly string[]): Promise<CustomerAddress[]> {
    return this.dataSource.getRepository(CustomerAddress).findBy({ id: In([...ids]) });
  }

  async notificationsById(ids: readonly string[]): Promise<Notification[]> {
    return this.dataSource.getRepository(Notification).findBy({ id: In([...ids]) });
  }

  /** Newest first. */
  async notifications(
    customerId: string,
    unreadOnly: boolean,
    page: PageRequest,
  ): Promise<Page<Notification>> {
    return this.pager.page(
      {
        entity: Notification,
        from: 'notifications t',
        select: 't.*',
        conditions: [
          (p) => `t.customer_id = ${p.add(customerId)}`,
          ...(unreadOnly ? [() => 't.read_at IS NULL'] : []),
        ],
        order: {
          name: 'NOTIFICATIONS_NEWEST',
          columns: [
            { sql: 't.created_at', type: 'timestamptz' },
            { sql: 't.id', type: 'bigint' },
          ],
          descending: true,
        },
      },
      page,
    );
  }

  /** @param ids undefined marks all; returns how many were unread until now. */
  async markNotificationsRead(customerId: string, ids: readonly string[] | undefined): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE notifications SET read_at = now()
        WHERE customer_id = $1 AND read_at IS NULL AND ($2::bigint[] IS NULL OR id = ANY($2::bigint[]))`,
      [customerId, ids ?? null],
    );
    return count;
  }
}
