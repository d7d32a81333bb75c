/** The door of the sample shop. */
export { SeedIncomplete, SuperstoreUnreadable } from './errors.js';
export type { SeedOptions } from './seed-plan.js';
export { isSeeded, seedSuperstore } from './seed-superstore.js';
