import { describe, expect, it } from 'vitest';
import { asksForLegacyJson } from './legacy-status.plugin.js';

describe(asksForLegacyJson, () => {
  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'text/html, application/json;q=0.5',
    'application/graphql-response+json;q=0.4, application/json;q=0.5',
    'application/json, application/graphql-response+json;q=0',
  ])('holds for %s', (accept) => {
    expect(asksForLegacyJson(accept)).toBe(true);
  });

  it.each([
    '',
    '*/*',
    'application/*',
    'application/json;q=0',
    'application/json;q=much',
    'application/graphql-response+json, application/json;q=0.9',
    'application/graphql-response+json, application/json',
    'application/jsonp',
  ])('does not hold for "%s"', (accept) => {
    expect(asksForLegacyJson(accept)).toBe(false);
  });
});
