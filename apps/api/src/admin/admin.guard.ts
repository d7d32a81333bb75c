/** Lets administrators in, by their token or by an account with the admin role, and nobody else. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requireRole } from '../access/access.guard.js';
import { HttpViewers } from '../http/http-viewers.js';

@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly viewers: HttpViewers) {}

  /** @throws Unauthenticated @throws Forbidden */
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    requireRole(await this.viewers.of(request), 'admin');
    return true;
  }
}
