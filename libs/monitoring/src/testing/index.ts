/** What tests outside the library may use of it. */
export { finishedWork, type FinishedWorkOverrides } from './finished-work.js';
