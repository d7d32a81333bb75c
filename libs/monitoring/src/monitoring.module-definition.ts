/** Lets monitoring be configured as `MonitoringModule.forRoot(options)`, once, in the application's root module. */
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MonitoringOptionsInput } from './monitoring.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: MONITORING_OPTIONS_INPUT } =
  new ConfigurableModuleBuilder<MonitoringOptionsInput>({ moduleName: 'Monitoring' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
    .build();
