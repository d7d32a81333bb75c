/** Upper bounds of histograms' buckets, so that equal things are measured alike. */

/** Seconds: from a hit in memory to a request that runs into its deadline. */
export const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Seconds: fewer, for what there are many series of. */
export const coarseDurationBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5];
export const countBounds = [0, 1, 2, 5, 10, 20, 50, 100];
export const byteBounds = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
