/** Lets the process leave without hurting anybody: requests under way are answered, new ones are sent elsewhere. */
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { sendFailure } from './http-error.filter.js';
import { asksHowItIs } from './own-state.js';

@Injectable()
export class Drain {
  #isDraining = false;
  #underWay = 0;
  #onIdle: () => void = () => undefined;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  follow(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      // Whoever asks how the process is gets an answer to the end, and keeps nobody waiting.
      if (asksHowItIs(request.url)) return done();
      if (this.#isDraining) {
        void sendFailure(request, reply.headers({ connection: 'close', 'retry-after': '1' }), {
          status: 503,
          code: 'SHUTTING_DOWN',
          message: 'This server is shutting down; send the request again.',
        });
        return;
      }
      this.#underWay += 1;
      reply.raw.once('close', () => {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#onIdle();
      });
      done();
    });
  }

  /** From now on new requests are refused; resolves when the last one under way has been answered. */
  async begin(): Promise<void> {
    this.#isDraining = true;
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }
}
