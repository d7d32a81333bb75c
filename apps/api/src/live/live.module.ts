/** The live gateway for people who run the shop. */
import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.js';
import { LiveFollowers } from './live-followers.js';
import { LiveGateway } from './live.gateway.js';

@Module({ imports: [HttpModule], providers: [LiveFollowers, LiveGateway] })
export class LiveModule {}
