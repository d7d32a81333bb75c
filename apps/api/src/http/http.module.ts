/** What HTTP needs besides GraphQL. */
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Dependencies, HealthController } from './health.controller.js';
import { HttpViewers } from './http-viewers.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [HttpViewers, Dependencies],
  exports: [HttpViewers],
})
export class HttpModule {}
