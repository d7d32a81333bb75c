/** Injection tokens for what is not a class. */
export const MONITORING_OPTIONS = Symbol('MONITORING_OPTIONS');
export const SINKS = Symbol('SINKS');
