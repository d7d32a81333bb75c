/** Writes what a buyer thinks of a product: a title and a few sentences that fit the rating. */
import { factsOf } from './name-facts.js';
import type { Random } from './random.js';
import type { Article } from './superstore.js';
import { type Vocabulary, wordsFor } from './vocabulary/index.js';
import { contexts, type Tone, tones } from './vocabulary/tones.js';

export interface ReviewText {
  readonly title: string;
  readonly body: string;
}

export interface ReviewSubject {
  readonly article: Article;
  readonly segment: string;
  readonly rating: number;
  /** Days between delivery and review. */
  readonly daysOfUse: number;
}

/** How long it has been in use, in words; empty shortly after delivery. */
function usage(days: number, plural: boolean, random: Random): string {
  const they = plural ? 'They have' : 'It has';
  if (days < 4) return random.pick(['', 'First impression after unpacking:', 'Arrived yesterday.', '']);
  if (days < 14)
    return random.pick([`${they} been in use for ${days} days now.`, 'After the first week:', '']);
  const weeks = Math.round(days / 7);
  return random.pick([
    `${they} been in use for ${weeks} weeks now.`,
    `After ${weeks} weeks of daily use:`,
    '',
    '',
  ]);
}

export function reviewText(subject: ReviewSubject, random: Random): ReviewText {
  const words = wordsFor(subject.article);
  const tone = tones[subject.rating];
  if (tone === undefined) throw new RangeError(`There is no tone for a rating of ${subject.rating}.`);
  const title = random.pick(tone.titles).replace('{noun}', words.noun);
  const sentences = [
    random.chance(0.7) ? contextOf(subject, words, random) : '',
    usage(subject.daysOfUse, words.plural, random),
    ...opinions(words, tone, random),
    random.chance(0.6) ? random.pick(tone.closings) : '',
  ];
  return { title, body: sentences.filter((sentence) => sentence !== '').join(' ') };
}

function contextOf(subject: ReviewSubject, words: Vocabulary, random: Random): string {
  const context = random.pick(contexts[subject.segment] ?? contexts['Consumer'] ?? []);
  const { brand } = factsOf(subject.article.name);
  const it =
    brand !== undefined && random.chance(0.3) ? `this ${brand} ${words.noun}` : words.plural ? 'them' : 'it';
  return context.replace('{it}', it.replace(/^this (.*s)$/, words.plural ? 'these $1' : 'this $1'));
}

function opinions(words: Vocabulary, tone: Tone, random: Random): string[] {
  const praises = random.sample(words.praises, random.integer(Math.min(1, tone.praises), tone.praises));
  const complaints = random.sample(words.complaints, tone.complaints);
  const [first = '', ...others] = complaints;
  if (praises.length === 0 || complaints.length === 0) return [...praises, ...complaints];
  const turn = random.pick(['However: ', 'One thing, though: ', 'On the other hand: ', 'Only this: ', '']);
  return [...praises, turn + (turn === '' ? first : lowerFirst(first)), ...others];
}

function lowerFirst(sentence: string): string {
  return /^I\b/.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
