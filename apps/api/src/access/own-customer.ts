/** The customer whom a viewer acts as. */
import { Forbidden } from './errors.js';
import type { Viewer } from './viewer.js';

/** @throws Forbidden for the administrator's token, which belongs to no customer. */
export function ownCustomerId({ customerId }: Viewer): string {
  if (customerId === undefined) throw new Forbidden('customer');
  return customerId;
}
