export interface Claim {
  readonly claim: string;
  readonly measured: unknown;
  readonly holds: boolean;
}

export function outcomeLine(outcome: {
  readonly scenario: string;
  readonly setting?: Readonly<Record<string, unknown>>;
  readonly claims?: readonly Claim[];
  readonly results: unknown;
}): string;
