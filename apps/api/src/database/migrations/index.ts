/** Lists every migration in the order of its timestamp; a new one is added here. */
import { outboxMigrations } from '@app/platform';
import { Storefront1764000000000 } from './1764000000000-storefront.js';
import { ProductSearch1764000001000 } from './1764000001000-product-search.js';
import { ShopState1764000002000 } from './1764000002000-shop-state.js';

export const migrations = [
  Storefront1764000000000,
  ProductSearch1764000001000,
  ShopState1764000002000,
  ...outboxMigrations,
];
