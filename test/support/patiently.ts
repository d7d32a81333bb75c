/** How long a test waits for what follows an event; an open transaction anywhere on the server holds events back. */
export const patiently = { timeout: 20_000, interval: 20 } as const;
