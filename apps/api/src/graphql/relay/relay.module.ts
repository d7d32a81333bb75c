/** Wires global ids, cursors and keyset pages for all features. */
import { Global, Module } from '@nestjs/common';
import { ENVIRONMENT } from '../../config/environment.module.js';
import type { Environment } from '../../config/env.js';
import { CursorCodec } from './cursor.js';
import { KeysetPager } from './keyset-pager.js';
import { NodeSources } from './node-sources.js';
import { NodeResolver } from './node.resolver.js';

@Global()
@Module({
  providers: [
    {
      provide: CursorCodec,
      inject: [ENVIRONMENT],
      useFactory: ({ JWT_SECRET }: Environment) => new CursorCodec(JWT_SECRET),
    },
    KeysetPager,
    NodeSources,
    NodeResolver,
  ],
  exports: [CursorCodec, KeysetPager, NodeSources],
})
export class RelayModule {}
