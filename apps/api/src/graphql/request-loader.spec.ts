import { describe, expect, it } from 'vitest';
import type { GraphContext } from './graph-context.js';
import { forgetLoaded, RequestLoader, RowLoader } from './request-loader.js';

function contextFor(isLive = false): GraphContext {
  return { viewer: { role: 'anonymous' }, requestId: 'r', clientAddress: () => '', isLive, req: undefined };
}

class LengthLoader extends RequestLoader<number> {
  readonly loads: (readonly string[])[] = [];

  protected async loadMany(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.loads.push(keys);
    return new Map(keys.filter((key) => key !== 'missing').map((key) => [key, key.length]));
  }

  protected missing(): number {
    return -1;
  }
}

describe('a request loader', () => {
  it('loads everything that is asked for together at once, and nothing twice', async () => {
    const loader = new LengthLoader();
    const context = contextFor();
    expect(await Promise.all(['a', 'bb', 'a', 'missing'].map((key) => loader.load(context, key)))).toEqual([
      1, 2, 1, -1,
    ]);
    await loader.load(context, 'bb');
    expect(loader.loads).toEqual([['a', 'bb', 'missing']]);
  });

  it('shares nothing between requests', async () => {
    const loader = new LengthLoader();
    await loader.load(contextFor(), 'a');
    await loader.load(contextFor(), 'a');
    expect(loader.loads).toHaveLength(2);
  });

  it('remembers nothing on a socket, whose one context lives long, but still loads together', async () => {
    const loader = new LengthLoader();
    const context = contextFor(true);
    await Promise.all([loader.load(context, 'a'), loader.load(context, 'bb')]);
    await loader.load(context, 'a');
    expect(loader.loads).toEqual([['a', 'bb'], ['a']]);
  });

  it('reads anew after a mutation has changed something, whichever loader it was', async () => {
    const [one, other] = [new LengthLoader(), new LengthLoader()];
    const context = contextFor();
    const both = () => Promise.all([one.load(context, 'a'), other.load(context, 'a')]);
    await both();
    forgetLoaded(context);
    await both();
    expect([one.loads.length, other.loads.length]).toEqual([2, 2]);
  });
});

describe('a row loader', () => {
  it('finds rows by their ids in whatever order they come', async () => {
    const loader = new RowLoader(async (ids) =>
      ids
        .filter((id) => id !== '3')
        .map((id) => ({ id }))
        .toReversed(),
    );
    const context = contextFor();
    expect(await Promise.all(['1', '2', '3'].map((id) => loader.load(context, id)))).toEqual([
      { id: '1' },
      { id: '2' },
      undefined,
    ]);
  });
});
