/** Shoppers' behaviour, as client apps report it. */
import { Module } from '@nestjs/common';
import { BehaviourEvents } from './behaviour-events.js';
import { BehaviourResolver } from './behaviour.resolver.js';

@Module({ providers: [BehaviourEvents, BehaviourResolver] })
export class BehaviourModule {}
