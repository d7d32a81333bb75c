export function resolveSources(): void;
