/** Lists every migration in the order of its timestamp; a new one is added here. */
import { cachingMigrations } from '@app/caching';
import { outboxMigrations } from '@app/platform';
import { Storefront1764000000000 } from './1764000000000-storefront.js';
import { ProductSearch1764000001000 } from './1764000001000-product-search.js';
import { ShopState1764000002000 } from './1764000002000-shop-state.js';
import { TrackedTables1764000005000 } from './1764000005000-tracked-tables.js';
import { NameOrder1764000006000 } from './1764000006000-name-order.js';
import { ToldDocuments1764000007000 } from './1764000007000-told-documents.js';

export const migrations = [
  Storefront1764000000000,
  ProductSearch1764000001000,
  ShopState1764000002000,
  ...outboxMigrations,
  ...cachingMigrations,
  TrackedTables1764000005000,
  NameOrder1764000006000,
  ToldDocuments1764000007000,
];
