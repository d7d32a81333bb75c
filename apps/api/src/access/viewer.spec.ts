import { describe, expect, it } from 'vitest';
import { requireRole } from './access.guard.js';
import { Forbidden, Unauthenticated } from './errors.js';
import { ownCustomerId } from './own-customer.js';
import { hasRole, mayRead, type Viewer } from './viewer.js';

const roles = ['anonymous', 'customer', 'staff', 'admin'] as const;

describe('roles', () => {
  it('may do what the ones below them may, and nothing above', () => {
    for (const [rank, role] of roles.entries())
      for (const [least, required] of roles.entries())
        expect(hasRole({ role }, required)).toBe(rank >= least);
  });

  it('that are too low are refused: who is not signed in is told to, the others that they may not', () => {
    expect(() => requireRole({ role: 'anonymous' }, 'customer')).toThrow(Unauthenticated);
    expect(() => requireRole({ role: 'customer', customerId: '1' }, 'staff')).toThrow(Forbidden);
    expect(() => requireRole({ role: 'staff', customerId: '1' }, 'staff')).not.toThrow();
  });
});

describe('what is private', () => {
  const ada: Viewer = { role: 'customer', customerId: '1' };

  it('is read by its customer and by staff', () => {
    expect(mayRead(ada, '1')).toBe(true);
    expect(mayRead(ada, '2')).toBe(false);
    expect(mayRead({ role: 'staff', customerId: '9' }, '2')).toBe(true);
    expect(mayRead({ role: 'anonymous' }, '2')).toBe(false);
  });

  it('is nothing that the administrator’s token could do for itself', () => {
    expect(ownCustomerId(ada)).toBe('1');
    expect(() => ownCustomerId({ role: 'admin' })).toThrow(Forbidden);
  });
});
