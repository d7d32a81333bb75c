/** Carts and orders. */
import { Module, type OnModuleInit } from '@nestjs/common';
import { NotFound } from '../../access/errors.js';
import { mayRead } from '../../access/viewer.js';
import type { GraphContext } from '../../graphql/graph-context.js';
import { NodeSources } from '../../graphql/relay/node-sources.js';
import { RowLoader } from '../../graphql/request-loader.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import type { Cart } from './cart.entity.js';
import { CartLineNode, CartNode } from './cart.node.js';
import { CartResolver, CustomerCartResolver } from './cart.resolver.js';
import { CartService } from './cart.service.js';
import { CartLinesResolver, OrderCustomerResolver, OrderLinesResolver } from './order-lines.resolver.js';
import { OrderNotifications } from './order.events.js';
import { CartLinesLoader, CartLoader, OrderLinesLoader, OrderLoader } from './orders.loaders.js';
import { OrderLineNode } from './order.node.js';
import { OrdersRepository } from './orders.repository.js';
import { OrdersResolver, readableOrder } from './orders.resolver.js';
import { OrdersService } from './orders.service.js';

@Module({
  imports: [CatalogModule, CustomersModule],
  providers: [
    OrdersRepository,
    OrdersService,
    CartService,
    OrderLoader,
    OrderLinesLoader,
    CartLinesLoader,
    CartLoader,
    OrdersResolver,
    OrderLinesResolver,
    OrderCustomerResolver,
    CartResolver,
    CartLinesResolver,
    CustomerCartResolver,
    OrderNotifications,
  ],
})
export class OrdersModule implements OnModuleInit {
  readonly #orderLines = new RowLoader((ids) => this.repository.linesById(ids));
  readonly #carts = new RowLoader((ids) => this.repository.cartsById(ids));
  readonly #cartLines = new RowLoader((ids) => this.repository.cartLinesById(ids));

  constructor(
    private readonly nodes: NodeSources,
    private readonly orders: OrderLoader,
    private readonly repository: OrdersRepository,
  ) {}

  onModuleInit(): void {
    this.nodes.register({ type: 'Order', find: (key, context) => readableOrder(this.orders, key, context) });
    this.nodes.register({ type: 'OrderLine', find: (key, context) => this.#orderLine(key, context) });
    this.nodes.register({
      type: 'Cart',
      find: async (key, context) => new CartNode(await this.#cart(key, context)),
    });
    this.nodes.register({ type: 'CartLine', find: (key, context) => this.#cartLine(key, context) });
  }

  async #orderLine(key: string, context: GraphContext): Promise<OrderLineNode> {
    const line = await this.#orderLines.load(context, key);
    if (line === undefined) throw new NotFound('The order');
    const { order } = await readableOrder(this.orders, line.orderId, context);
    return new OrderLineNode(line, order.currency);
  }

  async #cart(key: string, context: GraphContext): Promise<Cart> {
    const cart = await this.#carts.load(context, key);
    if (cart === undefined || !mayRead(context.viewer, cart.customerId)) throw new NotFound('The cart');
    return cart;
  }

  async #cartLine(key: string, context: GraphContext): Promise<CartLineNode> {
    const line = await this.#cartLines.load(context, key);
    if (line === undefined) throw new NotFound('The cart');
    await this.#cart(line.cartId, context);
    return new CartLineNode(line);
  }
}
