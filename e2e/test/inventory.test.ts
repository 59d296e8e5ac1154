import { describe, expect, it } from 'vitest';
import {
  contradictionsIn,
  type Inventory,
  lossesBetween,
  orphansIn,
  type StoredCircuit,
} from '../src/index.ts';

const circuit = (name: string, changes: Partial<StoredCircuit> = {}): [string, StoredCircuit] => [
  name,
  {
    state: 'ready',
    hasPayload: true,
    objectKey: `${name}-payload`,
    payloadSha256: name,
    authenticationId: null,
    ...changes,
  },
];

/** One user with a ready circuit and one that gave a verdict. */
const sound: Inventory = {
  users: new Set(['u']),
  devices: new Set(['u/d']),
  circuits: new Map([circuit('u/d/0', { state: 'consumed', authenticationId: 'a' }), circuit('u/d/1')]),
  tokens: new Map([
    ['u/d/0', 'taken'],
    ['u/d/1', 'live'],
  ]),
  verdicts: new Map([['a', 'match']]),
  objects: new Set(['u/d/1-payload']),
};

const changed = (changes: Partial<Inventory>): Inventory => ({ ...sound, ...changes });
const circuits = (...entries: [string, StoredCircuit][]) => new Map([...sound.circuits, ...entries]);

it('a sound inventory has no contradiction, no orphan and lost nothing', () => {
  expect(contradictionsIn(sound)).toEqual([]);
  expect(orphansIn(sound)).toEqual([]);
  expect(lossesBetween(sound, sound)).toEqual([]);
});

describe('contradictions', () => {
  it.each<[string, Inventory, RegExp]>([
    ['a lost payload', changed({ objects: new Set() }), /u\/d\/1 is without its payload/],
    [
      'a lost token',
      changed({ tokens: new Map([['u/d/0', 'taken']]) }),
      /u\/d\/1 is without its match token/,
    ],
    [
      'a doubled circuit',
      changed({ circuits: circuits(circuit('u/d/2', { payloadSha256: 'u/d/1' })) }),
      /one payload/,
    ],
    ['a device without circuits', changed({ devices: new Set(['u/d', 'u/e']) }), /u\/e is without circuits/],
    [
      'a verdict from nowhere',
      changed({ verdicts: new Map([['b', 'match']]) }),
      /without a consumed circuit/,
    ],
    [
      'a verdict whose circuit serves again',
      changed({ circuits: circuits(circuit('u/d/0', { authenticationId: 'a' })) }),
      /without a consumed circuit/,
    ],
    [
      'a token that outlived its verdict',
      changed({
        tokens: new Map([
          ['u/d/0', 'live'],
          ['u/d/1', 'live'],
        ]),
      }),
      /outlived/,
    ],
  ])('name %s', (_what, inventory, expected) => {
    expect(contradictionsIn(inventory).join('\n')).toMatch(expected);
  });

  it('are not seen in what was uploaded for an enrollment that never counted', () => {
    const begun = changed({ circuits: circuits(circuit('v/d/0')) });
    expect(contradictionsIn(begun)).toEqual([]);
  });
});

it('orphans are the payloads of used circuits and of none', () => {
  const objects = new Set([...sound.objects, 'u/d/0-payload', 'nobody/0-payload']);
  expect(orphansIn(changed({ objects }))).toEqual(['u/d/0-payload', 'nobody/0-payload']);
});

describe('losses', () => {
  it.each<[string, Inventory, RegExp]>([
    ['a user', changed({ users: new Set() }), /user u is lost/],
    ['a device', changed({ devices: new Set() }), /device u\/d is lost/],
    ['a circuit', changed({ circuits: new Map([circuit('u/d/1')]) }), /circuit u\/d\/0 is lost/],
    [
      'a circuit given up',
      changed({ circuits: circuits(circuit('u/d/1', { state: 'lost' })) }),
      /u\/d\/1 is lost/,
    ],
    [
      'another payload',
      changed({ circuits: circuits(circuit('u/d/1', { objectKey: 'x' })) }),
      /another payload/,
    ],
    ['a circuit that came back', changed({ circuits: circuits(circuit('u/d/0')) }), /u\/d\/0 came back/],
    ['a token', changed({ tokens: new Map([['u/d/1', 'live']]) }), /token of circuit u\/d\/0 is lost/],
    [
      'a token that came back',
      changed({
        tokens: new Map([
          ['u/d/0', 'live'],
          ['u/d/1', 'live'],
        ]),
      }),
      /token of circuit u\/d\/0 came back/,
    ],
    ['another verdict', changed({ verdicts: new Map([['a', 'no-match']]) }), /verdict a changed/],
  ])('name %s', (_what, after, expected) => {
    expect(lossesBetween(sound, after).join('\n')).toMatch(expected);
  });
});
