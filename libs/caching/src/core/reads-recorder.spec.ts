import { describe, expect, it } from 'vitest';
import { rowRead } from '../testing/value-node.js';
import { ReadsRecorder, recordReads } from './reads-recorder.js';

describe('the recorder of a part', () => {
  it('tells the whole of everything, whether it may be kept itself or not', () => {
    const whole = new ReadsRecorder(1);
    const part = whole.part(2);
    part.read([rowRead('products', '1')]);
    part.dependOn(['t']);
    part.narrow('role');
    part.limitTo({ freshUntilMs: 5, staleUntilMs: 6, errorUntilMs: 7 });
    part.wrote(9);
    part.refuse('errors');
    expect(whole.dependencies).toEqual({ reads: [rowRead('products', '1')], tags: ['t'] });
    expect(whole.window).toEqual({ freshUntilMs: 5, staleUntilMs: 6, errorUntilMs: 7 });
    expect([whole.scope, whole.wroteAt, whole.obstacle]).toEqual(['role', 9, 'errors']);
  });

  it('goes on when the whole cannot be kept any more, and hears nothing of its other parts', () => {
    const whole = new ReadsRecorder(1);
    whole.part(1).narrow('user');
    whole.refuse('reads the clock');
    const part = whole.part(1);
    part.read([rowRead('products', '1')]);
    expect([part.obstacle, part.scope, part.dependencies.reads.length]).toEqual([undefined, 'public', 1]);
  });
});

describe('a look at the asker', () => {
  it('narrows the part that is being made, and what is around it', () => {
    const whole = new ReadsRecorder(1);
    const [part, other] = [whole.part(1), whole.part(1)];
    recordReads(part, () => whole.lookedAt('user'));
    expect([whole.scope, part.scope, other.scope]).toEqual(['user', 'user', 'public']);
  });

  it('narrows all parts where nobody knows which of them it was', () => {
    const whole = new ReadsRecorder(1);
    const part = whole.part(1).part(1);
    whole.lookedAt('role');
    recordReads(new ReadsRecorder(1), () => whole.lookedAt('user'));
    expect([whole.scope, part.scope]).toEqual(['user', 'user']);
  });
});
