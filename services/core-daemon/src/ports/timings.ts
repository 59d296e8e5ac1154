/** How long the steps of the protocol took, in seconds. */
export interface Timings {
  /** Step 1 of an authentication, refused ones included. */
  deviceAuth(seconds: number): void;
  /** Step 2 of an authentication. */
  userAuth(seconds: number, result: 'match' | 'no-match' | 'error'): void;
  /** An upload of circuits, of an enrollment or a refill. */
  sendCircuit(seconds: number): void;
  /** The evaluation of one circuit, hash check included. */
  evaluation(seconds: number): void;
}
