/** Turns replays into a table for people, and says where the goal is missed. */
import { peerNames, type Replay } from './replay.js';

/** Points that ours may stay behind the best published policy. */
const tolerance = 1;

export const goal = `at or above LRU and within ${tolerance} point of the best published policy`;

export function markdownReport(replays: readonly Replay[]): string {
  const head = ['trace', 'size', 'objects', ...peerNames, 'ours', '− LRU', '− best', 'Belady', 'any size'];
  const lines = [
    'Hits in percent of the requests.',
    '',
    row(head),
    row(head.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...replays.map((replay) => row(cells(replay))),
    '',
    verdict(replays),
  ];
  return `${lines.join('\n')}\n`;
}

export function missesGoal(replay: Replay): boolean {
  return replay.ours < replay.peers.LRU || replay.ours < bestPeer(replay) - tolerance;
}

function verdict(replays: readonly Replay[]): string {
  const missed = replays.filter(missesGoal);
  if (missed.length === 0) return `Ours is ${goal} in all ${replays.length} rows.`;
  const where = missed.map((replay) => `${replay.trace} at ${percent(replay.sizeShare)}`);
  return `Ours is not ${goal} in ${missed.length} of ${replays.length} rows: ${where.join(', ')}.`;
}

function bestPeer(replay: Replay): number {
  return Math.max(...Object.values(replay.peers));
}

function cells(replay: Replay): string[] {
  const { trace, sizeShare, capacity, peers, ours, belady, maximum } = replay;
  const best = bestPeer(replay);
  return [
    trace,
    percent(sizeShare),
    String(capacity),
    ...peerNames.map((name) => points(peers[name])),
    `**${points(ours)}**`,
    signed(ours - peers.LRU),
    signed(ours - best),
    points(belady),
    points(maximum),
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`;
}

function points(value: number): string {
  return value.toFixed(2);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${points(Math.abs(value))}`;
}

function row(values: readonly string[]): string {
  return `| ${values.join(' | ')} |`;
}
