/** Lets the platform be configured as `PlatformModule.forRoot(options)`, once, in the application's root module. */
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { PlatformOptionsInput } from './platform.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: PLATFORM_OPTIONS_INPUT } =
  new ConfigurableModuleBuilder<PlatformOptionsInput>({ moduleName: 'Platform' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
    .build();
