/** The composition root: everything that the application is made of. Read this first. */
import { CacheManagerModule, CachingModule } from '@app/caching';
import { MonitoringModule } from '@app/monitoring';
import { PlatformModule } from '@app/platform';
import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSourceOptions } from 'typeorm';
import { AdminModule } from './admin/admin.module.js';
import type { Environment } from './config/env.js';
import { EnvironmentModule } from './config/environment.module.js';
import {
  cacheManagerOptions,
  cachingOptions,
  databaseOptions,
  monitoringOptions,
  platformOptions,
} from './config/options.js';
import { dataSourceOptions, openMigratedDatabase } from './database/data-source.js';
import { GraphqlModule } from './graphql/graphql.module.js';
import { LiveModule } from './live/live.module.js';
import { AccountsModule } from './storefront/accounts/accounts.module.js';
import { BehaviourModule } from './storefront/behaviour/behaviour.module.js';
import { CatalogModule } from './storefront/catalog/catalog.module.js';
import { CustomersModule } from './storefront/customers/customers.module.js';
import { OrdersModule } from './storefront/orders/orders.module.js';
import { ReviewsModule } from './storefront/reviews/reviews.module.js';

@Module({})
export class AppModule {
  static forRoot(env: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        EnvironmentModule.forRoot(env),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(databaseOptions(env)), retryAttempts: 0 }),
          dataSourceFactory: (options) => openMigratedDatabase(options as DataSourceOptions),
        }),
        PlatformModule.forRoot(platformOptions(env)),
        MonitoringModule.forRoot(monitoringOptions(env)),
        CachingModule.forRoot(cachingOptions(env)),
        CacheManagerModule.forRoot(cacheManagerOptions(env)),
        GraphqlModule,
        AdminModule,
        LiveModule,
        AccountsModule,
        BehaviourModule,
        CatalogModule,
        CustomersModule,
        OrdersModule,
        ReviewsModule,
      ],
    };
  }
}
