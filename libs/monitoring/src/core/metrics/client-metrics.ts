/** What each client asks for, by the name and version that it gives itself: apart from operations, so that they do not multiply. */
import type { FinishedWork, WorkClient } from '../work/work.js';
import { HottestLabels } from './hottest-labels.js';
import type { Counter, MetricRegistry } from './metric-registry.js';
import { overflowLabel, writtenLabel } from './series-tree.js';
import type { CounterSeries } from './series.js';

const mostClients = 50;
const mostVersionsOfClient = 10;
/** Characters; a name is whatever stands in a header. */
const longestClientName = 40;
const longestClientVersion = 24;
/** For who gives none. */
const unknownClient = 'unknown';

class VersionSeries {
  readonly #requests: CounterSeries;
  #errors: CounterSeries | undefined;

  constructor(
    requests: Counter,
    private readonly errors: Counter,
    private readonly labels: readonly [name: string, version: string],
  ) {
    this.#requests = requests.series(...labels);
  }

  count(hasErrors: boolean): void {
    this.#requests.add(1);
    if (hasErrors) (this.#errors ??= this.errors.series(...this.labels)).add(1);
  }
}

interface ClientVersions {
  readonly known: HottestLabels<VersionSeries>;
  others: VersionSeries | undefined;
}

export class ClientMetrics {
  readonly #requests: Counter;
  readonly #errors: Counter;
  readonly #clients: HottestLabels<ClientVersions>;
  readonly #others: VersionSeries;

  constructor(registry: MetricRegistry) {
    const labelNames = ['client_name', 'client_version'];
    this.#requests = registry.counter({
      name: 'graphql_client_requests_total',
      help: 'GraphQL requests, by the client that says it has sent them.',
      labelNames,
    });
    this.#errors = registry.counter({
      name: 'graphql_client_errors_total',
      help: 'GraphQL requests that were answered with an error, by the client that says it has sent them.',
      labelNames,
    });
    this.#clients = new HottestLabels({
      mostNames: mostClients,
      make: (name) => this.#versionsOf(name),
      retired: (name) => this.#forget({ client_name: name }),
    });
    this.#others = this.#version(overflowLabel, overflowLabel);
  }

  count({ client, endedAtMs: nowMs, outcome }: FinishedWork): void {
    const name = client.name === '' ? unknownClient : writtenLabel(client.name, longestClientName);
    const versions = this.#clients.use(name, nowMs);
    const series = versions === undefined ? this.#others : this.#versionOf(name, versions, client, nowMs);
    series.count(outcome === 'failed' || outcome === 'refused');
  }

  #versionOf(name: string, versions: ClientVersions, client: WorkClient, nowMs: number): VersionSeries {
    const version =
      client.version === '' ? unknownClient : writtenLabel(client.version, longestClientVersion);
    return versions.known.use(version, nowMs) ?? (versions.others ??= this.#version(name, overflowLabel));
  }

  #versionsOf(name: string): ClientVersions {
    const known = new HottestLabels({
      mostNames: mostVersionsOfClient,
      make: (version) => this.#version(name, version),
      retired: (version) => this.#forget({ client_name: name, client_version: version }),
    });
    return { known, others: undefined };
  }

  #version(name: string, version: string): VersionSeries {
    return new VersionSeries(this.#requests, this.#errors, [name, version]);
  }

  #forget(labels: Readonly<Record<string, string>>): void {
    this.#requests.forget(labels);
    this.#errors.forget(labels);
  }
}
