import { readyClient } from '@openrecognize/zkb/client';
import { expect, it } from 'vitest';
import { createMemoryClientStateStore } from './memory-client-state-store.ts';

const stateOf = (nextIndex: number) => ({
  userId: 'U',
  deviceId: 'D',
  artifact: { family: 'test', version: '1' },
  codeBits: 64,
  threshold: 10,
  epoch: 0,
  nextIndex,
  garbledTo: 5,
  chainKey: new Uint8Array(32).fill(nextIndex + 1),
  sealKey: new Uint8Array(32).fill(9),
});

it('gives out copies, so that a flow that wipes its own leaves the state whole', () => {
  const store = createMemoryClientStateStore(stateOf(0));
  const { state } = store.load();
  expect(state).toEqual(stateOf(0));
  state.chainKey.fill(0);
  state.sealKey.fill(0);
  expect(store.load().state).toEqual(stateOf(0));
});

it('copies the bytes of a Buffer as well, whose slices share memory', () => {
  const chainKey = Buffer.alloc(32, 1);
  const store = createMemoryClientStateStore({ ...stateOf(0), chainKey });
  chainKey.fill(0);
  expect(store.load().state.chainKey).toEqual(stateOf(0).chainKey);
});

it('keeps a copy of what is saved, and erases the secrets of the state before', () => {
  const initial = stateOf(0);
  const store = createMemoryClientStateStore(initial);
  const before = store.current;
  const next = stateOf(1);
  store.save(readyClient(next));
  next.chainKey.fill(0);
  expect(store.current).toEqual(stateOf(1));
  expect(before.chainKey).toEqual(new Uint8Array(32));
  expect(initial).toEqual(stateOf(0));
});
