/** Lets an operation or a field be used by viewers of at least one role. */
import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { GraphContext } from '../graphql/graph-context.js';
import { Forbidden, Unauthenticated } from './errors.js';
import { hasRole, type Viewer } from './viewer.js';

const LeastRole = Reflector.createDecorator<Viewer['role']>();

/** @throws Unauthenticated @throws Forbidden */
export function requireRole(viewer: Viewer, least: Viewer['role']): void {
  // Not even looked at where everybody may: the answer is then everybody's.
  if (least === 'anonymous') return;
  if (hasRole(viewer, least)) return;
  throw viewer.role === 'anonymous' ? new Unauthenticated() : new Forbidden(least);
}

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(execution: ExecutionContext): boolean {
    const { viewer } = GqlExecutionContext.create(execution).getContext<GraphContext>();
    // No declared role means that the decorator was forgotten somewhere above: closed, not open.
    requireRole(viewer, this.reflector.get(LeastRole, execution.getHandler()) ?? 'admin');
    return true;
  }
}

/** `@Access('staff')`: every query, mutation and subscription names the least role that may use it. */
export function Access(least: Viewer['role']): MethodDecorator {
  return applyDecorators(LeastRole(least), UseGuards(AccessGuard));
}

/** The role that a handler was declared with, for tests that walk over all of them. */
export function declaredRole(handler: object): Viewer['role'] | undefined {
  return Reflect.getMetadata(LeastRole.KEY, handler) as Viewer['role'] | undefined;
}
