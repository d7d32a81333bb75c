/** Who asks: nobody, a customer, staff or an administrator. */

const roles = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof roles)[number];

export function isRole(name: string): name is Role {
  return (roles as readonly string[]).includes(name);
}

export interface Viewer {
  readonly role: Role | 'anonymous';
  /** Absent for anonymous viewers and for the administrator's token, which belongs to no customer. */
  readonly customerId?: string;
  /** When the token that proves it runs out, in milliseconds since the Unix epoch; absent for what never does. */
  readonly expiresAtMs?: number;
}

export const anonymous: Viewer = { role: 'anonymous' };

const ranks: Readonly<Record<Viewer['role'], number>> = { anonymous: 0, customer: 1, staff: 2, admin: 3 };

/** Each role may do what the ones below it may. */
export function hasRole(viewer: Viewer, least: Viewer['role']): boolean {
  return ranks[viewer.role] >= ranks[least];
}

export function mayRead(viewer: Viewer, customerId: string): boolean {
  return viewer.customerId === customerId || hasRole(viewer, 'staff');
}
