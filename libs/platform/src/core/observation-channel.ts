/** A typed diagnostics channel: publishers tell what has happened and wait for nobody; without listeners it costs one look. */
import { channel, type Channel } from 'node:diagnostics_channel';

export class ObservationChannel<Message extends object> {
  readonly #channel: Channel;

  /** @param name as in `swiftlet:job:run`; other copies of this code in the process share the channel by it. */
  constructor(readonly name: string) {
    this.#channel = channel(name);
  }

  /** To be asked before a message is made that nobody may want. */
  get hasListeners(): boolean {
    return this.#channel.hasSubscribers;
  }

  /** Listeners run at once, in the asynchronous context of the caller. */
  tell(message: Message): void {
    this.#channel.publish(message);
  }

  /** @returns stops listening. */
  listen(listener: (message: Message) => void): () => void {
    const subscriber = (message: unknown): void => listener(message as Message);
    this.#channel.subscribe(subscriber);
    return () => {
      this.#channel.unsubscribe(subscriber);
    };
  }
}
