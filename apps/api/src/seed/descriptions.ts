/** Writes two sentences about a product, from its name and the words of its sub-category. */
import { factsOf, type NameFacts } from './name-facts.js';
import type { Random } from './random.js';
import type { Article } from './superstore.js';
import { type Vocabulary, wordsFor } from './vocabulary/index.js';

export function describeArticle(article: Article, random: Random): string {
  const words = wordsFor(article);
  const facts = factsOf(article.name);
  return `${firstSentence(words, facts, random)} ${secondSentence(words, facts, random)}`;
}

function firstSentence(words: Vocabulary, facts: NameFacts, random: Random): string {
  const noun = `${random.pick(words.adjectives)} ${nounOf(words, facts)}`;
  const [feature = '', otherFeature = ''] = random.sample(words.features, 2);
  const openings =
    facts.brand === undefined
      ? [
          `${words.plural ? 'These' : 'This'} ${noun} ${words.plural ? 'have' : 'has'} ${feature} and ${otherFeature}.`,
        ]
      : [
          `${words.plural ? 'These' : 'This'} ${noun} by ${facts.brand} ${words.plural ? 'have' : 'has'} ${feature} and ${otherFeature}.`,
          `${facts.brand} made ${words.plural ? 'these' : 'this'} ${noun} with ${feature} and ${otherFeature}.`,
          `${words.plural || words.noun === 'paper' ? '' : 'A '}${noun} from ${facts.brand}, with ${feature} and ${otherFeature}.`,
        ];
  return upperFirst(random.pick(openings)).replace(/^A (?=[aeiou])/, 'An ');
}

function secondSentence(words: Vocabulary, facts: NameFacts, random: Random): string {
  const it = words.plural ? 'they' : 'it';
  const benefit = random.pick(words.benefits);
  const place = random.pick(words.places);
  const sentences = [`${it} ${benefit}, ${place}.`, `Made ${place}, ${it} ${benefit}.`];
  const [first = ''] = sentences;
  const color = facts.color === undefined ? undefined : `In ${facts.color.toLowerCase()}, ${first}`;
  const pack = facts.pack === undefined ? undefined : `With ${facts.pack}, ${first}`;
  return upperFirst(color ?? pack ?? random.pick(sentences));
}

/** Some sub-categories hold many things; the name itself says which one it is. */
function nounOf(words: Vocabulary, facts: NameFacts): string {
  return facts.pack !== undefined && words.plural ? `${words.noun} (${facts.pack})` : words.noun;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
