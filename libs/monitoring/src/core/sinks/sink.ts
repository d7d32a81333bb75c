/** Where figures or work are sent, beside the page that is fetched. */
export interface Sink {
  /** As a label of `monitoring_sink_failures_total`. */
  readonly name: string;
  start(): void;
  /** Sends what is left. Never fails: what cannot be sent is counted. */
  close(): Promise<void>;
}
