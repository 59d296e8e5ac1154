import { describe, expect, it } from 'vitest';
import { createUserLock } from './user-lock.ts';

describe('the lock of a user (WS-9)', () => {
  it('runs tasks of one user in turn, after what the one before still holds, and others beside them', async () => {
    const lock = createUserLock();
    const background = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = lock.run('a', async (hold) => {
      order.push('first');
      hold(background.promise);
    });
    const second = lock.run('a', async () => void order.push('second'));
    await lock.run('b', async () => void order.push('other'));
    await first;
    expect(order.toSorted()).toEqual(['first', 'other']);
    background.resolve();
    await second;
    expect(order.at(-1)).toBe('second');
    await lock.settled();
  });

  it('goes on after a task or its background failed', async () => {
    const lock = createUserLock();
    const failing = lock.run('a', async (hold) => {
      hold(Promise.reject(new Error('refill')));
      throw new Error('task');
    });
    await expect(failing).rejects.toThrow('task');
    await expect(lock.run('a', async () => 7)).resolves.toBe(7);
  });
});
