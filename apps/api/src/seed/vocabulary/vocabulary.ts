/** The words that the sample shop's descriptions and reviews of one sub-category are made of. */
export interface Vocabulary {
  /** What one calls the thing in a sentence, e.g. `bookcase`; plural where things come by the dozen. */
  readonly noun: string;
  readonly plural: boolean;
  readonly adjectives: readonly string[];
  /** What it has: "This chair has …". */
  readonly features: readonly string[];
  /** What it does, in the number of the noun: "It keeps …", "They stick …". */
  readonly benefits: readonly string[];
  /** Where it is used: "… for home offices." */
  readonly places: readonly string[];
  /** Sentences of a pleased buyer. */
  readonly praises: readonly string[];
  /** Sentences of a disappointed one. */
  readonly complaints: readonly string[];
}
