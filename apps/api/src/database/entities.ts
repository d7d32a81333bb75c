/** Lists every entity of the application. */
import { Account } from '../storefront/accounts/account.entity.js';
import { RefreshToken } from '../storefront/accounts/refresh-token.entity.js';
import { Category } from '../storefront/catalog/category.entity.js';
import { ImageAsset, ProductImage } from '../storefront/catalog/product-image.entity.js';
import { Product } from '../storefront/catalog/product.entity.js';
import { StockLevel } from '../storefront/catalog/stock-level.entity.js';
import { CustomerAddress } from '../storefront/customers/customer-address.entity.js';
import { Customer } from '../storefront/customers/customer.entity.js';
import { Notification } from '../storefront/customers/notification.entity.js';
import { Cart, CartLine } from '../storefront/orders/cart.entity.js';
import { Order, OrderLine } from '../storefront/orders/order.entity.js';
import { Review } from '../storefront/reviews/review.entity.js';

export const entities = [
  Account,
  Cart,
  CartLine,
  Category,
  Customer,
  CustomerAddress,
  ImageAsset,
  Notification,
  Order,
  OrderLine,
  Product,
  ProductImage,
  RefreshToken,
  Review,
  StockLevel,
];
