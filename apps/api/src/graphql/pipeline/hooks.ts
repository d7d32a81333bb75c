/** Calls a hook of many listeners as Apollo does: of each, before any of their promises is awaited. */

function callEach<Listener, Answer>(
  listeners: readonly Listener[],
  hook: (listener: Listener) => Promise<Answer> | undefined,
): Promise<Answer>[] {
  const answers: Promise<Answer>[] = [];
  for (const listener of listeners) {
    const answer = hook(listener);
    if (answer !== undefined) answers.push(answer);
  }
  return answers;
}

/** Undefined when nobody has anything to wait for, which is so most of the time. */
export function tellEach<Listener>(
  listeners: readonly Listener[],
  hook: (listener: Listener) => Promise<void> | undefined,
): Promise<unknown> | undefined {
  const answers = callEach(listeners, hook);
  return answers.length === 0 ? undefined : Promise.all(answers);
}

/** The listeners that plugins answer a start with. */
export async function listenersOf<Plugin, Listener>(
  plugins: readonly Plugin[],
  hook: (plugin: Plugin) => Promise<Listener | void> | undefined,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const listener of await Promise.all(callEach(plugins, hook))) {
    if (listener !== undefined && listener !== null) listeners.push(listener);
  }
  return listeners;
}
