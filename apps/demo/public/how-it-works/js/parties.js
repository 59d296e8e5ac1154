/** Who takes part, in the order of the page; `never` holds for every request. */
export const parties = [
  {
    party: 'client-party',
    title: 'client party',
    role: 'The device. Here: this page’s server in its place.',
    never: 'the enrolled code between two requests',
  },
  {
    party: 'core-daemon',
    title: 'core-daemon',
    role: 'Evaluates one garbled circuit per attempt, keeps nothing.',
    never: 'pictures, codes, the key of the sealed template',
  },
  {
    party: 'circuit-storage',
    title: 'circuit-storage',
    role: 'Stores garbled circuits, hands each out once.',
    never: 'labels, match tokens, transactions',
  },
  {
    party: 'auth-vault',
    title: 'auth-vault',
    role: 'Checks signatures, compares match tokens, signs JWTs.',
    never: 'circuits, labels of the probe, templates',
  },
  {
    party: 'node-persistence',
    title: 'node-persistence',
    role: 'Users, devices, lockout, blobs it cannot open.',
    never: 'circuits, labels, pictures, the key of the sealed template',
  },
  {
    party: 'operations-service',
    title: 'operations-service',
    role: 'The server API of the integrator. Here: this page’s server again.',
    never: 'anything of the protocol between device and core-daemon',
  },
];
