/**
 * Makes "forget everything" cost one write: each value carries the generation it was written in, and counts in that one only.
 *
 * A generation is a random name and not a counter. A counter that is lost (evicted, or flushed by somebody) begins again at
 * its first number, and values of that number which are still there would come back to life. A name that is lost is never
 * given again: what carried it stays dead.
 */
export type Generation = string;

/** 96 random bits. */
export const generationSizeBytes = 12;
const generationLength = generationSizeBytes * 2;
const hexadecimal = new RegExp(`^[0-9a-f]{${generationLength}}$`);

export function isGeneration(value: unknown): value is Generation {
  return typeof value === 'string' && hexadecimal.test(value);
}

/**
 * The generation stands first, so that a framed value begins with a hexadecimal digit whatever the payload is. No text that
 * telejson takes for something else (`_function_`, `_date_`, `_undefined_`, an ISO date as a whole, …) begins with 24 of them.
 */
export function frameValue(generation: Generation, payload: string): string {
  return generation + payload;
}

/** The payload, or undefined when the value belongs to another generation or was not written by us. */
export function unframeValue(generation: Generation | undefined, framed: unknown): string | undefined {
  if (generation === undefined || typeof framed !== 'string' || !framed.startsWith(generation))
    return undefined;
  return framed.slice(generationLength);
}
