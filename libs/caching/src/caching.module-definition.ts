/** Lets the cache be configured as `CachingModule.forRoot(options)`, once, in the application's root module. */
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { CachingOptionsInput } from './caching.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: CACHING_OPTIONS_INPUT } =
  new ConfigurableModuleBuilder<CachingOptionsInput>({ moduleName: 'Caching' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
    .build();
