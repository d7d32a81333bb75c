/** The errors of one execution: one that lies below a place which became null already is not told. */
import type { GraphQLError } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';

export class FieldErrors {
  readonly #nulled = new Set<Path | undefined>();
  readonly #errors: GraphQLError[] = [];

  get all(): readonly GraphQLError[] {
    return this.#errors;
  }

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.#liesBelowNull(path)) return;
    this.#nulled.add(path);
    this.#errors.push(error);
  }

  #liesBelowNull(path: Path | undefined): boolean {
    if (this.#nulled.size === 0) return false;
    for (let place = path; place !== undefined; place = place.prev) if (this.#nulled.has(place)) return true;
    return this.#nulled.has(undefined);
  }
}
