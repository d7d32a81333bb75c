/** Makes the parsed environment injectable everywhere; only wiring code should ask for it. */
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Environment } from './env.js';

export const ENVIRONMENT = Symbol('ENVIRONMENT');

@Global()
@Module({})
export class EnvironmentModule {
  static forRoot(environment: Environment): DynamicModule {
    return {
      module: EnvironmentModule,
      providers: [{ provide: ENVIRONMENT, useValue: environment }],
      exports: [ENVIRONMENT],
    };
  }
}
