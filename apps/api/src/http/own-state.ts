/** Tells who asks how the process is from those it works for: watchers are answered while others are refused. */
export function asksHowItIs(url: string): boolean {
  return url.startsWith('/health/') || /^\/metrics(?:[?#]|$)/.test(url);
}
