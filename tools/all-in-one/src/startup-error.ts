/** The stack cannot start, for a reason the person at the terminal can mend: the message is the one line to print. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
