/**
 * Decides whose figures are kept apart where anybody can invent names: the names in use most, whoever came first. While there is
 * room everybody gets in; afterwards a newcomer must be twice as hot as the coldest, whose series then end. What is counted
 * together stays together, so that no counter ever goes down.
 */
import { overflowLabel } from './series-tree.js';

/** Half of what a name was used counts no more after this long: ten minutes outlast a pause and forget a flood. */
const halfLifeMs = 600_000;
/** Uses of a newcomer between two looks whether it is hot enough: each goes through all names. */
const usesBetweenLooks = 10;
/** Newcomers that are counted at a time. Whoever makes up more than one use in so many is not lost among them. */
const mostNewcomers = 1_000;
/** Names replaced at once, as a share of all; and later on, by the minute: each leaves series behind in whatever stores them. */
const replacedAtOnceRatio = 0.2;
const replacedPerMinute = 10;

interface Heat {
  uses: number;
  /** Half-lives since the beginning of time, when it was last halved. */
  age: number;
}

interface Named<Held> extends Heat {
  readonly name: string;
  readonly held: Held;
}

interface Newcomer extends Heat {
  usesSinceLook: number;
}

function cool(heat: Heat, nowMs: number): void {
  const age = Math.floor(nowMs / halfLifeMs);
  if (age === heat.age) return;
  heat.uses *= 2 ** (heat.age - age);
  heat.age = age;
}

export interface LabelCast<Held> {
  /** Names that are kept apart at most. */
  readonly mostNames: number;
  /** Makes what is held for a name from now on. */
  readonly make: (name: string) => Held;
  /** Told when a name makes room for a hotter one. */
  readonly retired: (name: string) => void;
}

export class HottestLabels<Held> {
  readonly #named = new Map<string, Named<Held>>();
  readonly #newcomers = new Map<string, Newcomer>();
  #replaceable: number;
  #replaceableAtMs = 0;

  constructor(private readonly cast: LabelCast<Held>) {
    this.#replaceable = this.#mostReplaceable;
  }

  get size(): number {
    return this.#named.size;
  }

  /** Counts a use of the name. @returns what is held for it; undefined when it is one of the others. */
  use(name: string, nowMs: number): Held | undefined {
    if (name === overflowLabel) return undefined;
    const named = this.#named.get(name);
    if (named !== undefined) {
      cool(named, nowMs);
      named.uses += 1;
      return named.held;
    }
    if (this.#named.size < this.cast.mostNames) return this.#letIn(name, 1, nowMs);
    return this.#compete(name, nowMs);
  }

  /** As {@link use}, for who has earned nothing by it: a use that does not count. */
  peek(name: string): Held | undefined {
    return this.#named.get(name)?.held;
  }

  get #mostReplaceable(): number {
    return Math.max(1, this.cast.mostNames * replacedAtOnceRatio);
  }

  #letIn(name: string, uses: number, nowMs: number): Held {
    const named = { name, uses, age: Math.floor(nowMs / halfLifeMs), held: this.cast.make(name) };
    this.#named.set(name, named);
    return named.held;
  }

  #compete(name: string, nowMs: number): Held | undefined {
    const newcomer = this.#newcomer(name, nowMs);
    cool(newcomer, nowMs);
    newcomer.uses += 1;
    newcomer.usesSinceLook += 1;
    if (newcomer.usesSinceLook < usesBetweenLooks) return undefined;
    newcomer.usesSinceLook = 0;
    const coldest = this.#coldest(nowMs);
    if (coldest === undefined || newcomer.uses <= 2 * coldest.uses || !this.#mayReplace(nowMs))
      return undefined;
    this.#named.delete(coldest.name);
    this.#newcomers.delete(name);
    this.cast.retired(coldest.name);
    return this.#letIn(name, newcomer.uses, nowMs);
  }

  #newcomer(name: string, nowMs: number): Newcomer {
    const known = this.#newcomers.get(name);
    if (known !== undefined) return known;
    if (this.#newcomers.size >= mostNewcomers) this.#forgetRareNewcomers();
    const newcomer = { uses: 0, age: Math.floor(nowMs / halfLifeMs), usesSinceLook: 0 };
    this.#newcomers.set(name, newcomer);
    return newcomer;
  }

  /** By halves, so that one in a thousand stays however many come once (after Misra and Gries, 1982). */
  #forgetRareNewcomers(): void {
    while (this.#newcomers.size >= mostNewcomers) {
      for (const [name, newcomer] of this.#newcomers) {
        newcomer.uses /= 2;
        if (newcomer.uses < 1) this.#newcomers.delete(name);
      }
    }
  }

  #coldest(nowMs: number): Named<Held> | undefined {
    let coldest: Named<Held> | undefined;
    for (const named of this.#named.values()) {
      cool(named, nowMs);
      if (coldest === undefined || named.uses < coldest.uses) coldest = named;
    }
    return coldest;
  }

  #mayReplace(nowMs: number): boolean {
    const refilled = this.#replaceable + ((nowMs - this.#replaceableAtMs) / 60_000) * replacedPerMinute;
    this.#replaceable = Math.min(this.#mostReplaceable, refilled);
    this.#replaceableAtMs = nowMs;
    if (this.#replaceable < 1) return false;
    this.#replaceable -= 1;
    return true;
  }
}
