/** REST for administrators. */
import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.js';
import { AdminGuard } from './admin.guard.js';
import { CacheController } from './cache.controller.js';

@Module({ imports: [HttpModule], controllers: [CacheController], providers: [AdminGuard] })
export class AdminModule {}
