import { describe, expect, it } from 'vitest';
import { parseTagTemplate, renderTag } from './tag-template.js';

describe('a tag template', () => {
  it('fills in arguments and keys, nested ones too', () => {
    const template = parseTagTemplate('posts-user-{$args.input.userId}-{$key.id}');
    expect(renderTag(template, { args: { input: { userId: 42 } }, key: { id: 'a' } })).toBe(
      'posts-user-42-a',
    );
  });

  it('may be plain text', () => {
    expect(renderTag(parseTagTemplate('homepage'), {})).toBe('homepage');
  });

  it.each([[{}], [{ id: null }], [{ id: ['1'] }], [{ id: {} }]])('names nothing from %j', (args) => {
    expect(renderTag(parseTagTemplate('user-{$args.id}'), { args })).toBeUndefined();
  });

  it('reads no inherited properties', () => {
    expect(renderTag(parseTagTemplate('{$args.constructor.name}'), { args: {} })).toBeUndefined();
  });

  it.each([
    '',
    'a-{args.id}',
    'a-{$args}',
    'a-{$env.HOME}',
    'a-{$args.id',
    'a}b{c',
    'a-{$args.0}',
    '{{$args.id}}',
  ])('is refused as %j', (format) => {
    expect(() => parseTagTemplate(format)).toThrow('is not a tag');
  });
});
