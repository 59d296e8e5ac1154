/** Shortest time between two announcements of tips: a reader has to be able to finish a sentence. */
export const TIP_INTERVAL_MS = 2_500;

/**
 * Decides what a screen reader hears. Results are said at once; of tips, which may change several times a second, the
 * latest is said at most every `TIP_INTERVAL_MS`, and never twice in a row.
 */
export class Announcer {
  readonly #say: (text: string) => void;
  readonly #now: () => number;
  #lastTipAtMs = Number.NEGATIVE_INFINITY;
  #lastText = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (text: string) => void, now: () => number = () => performance.now()) {
    this.#say = say;
    this.#now = now;
  }

  /** Said at once; a tip that was waiting is dropped. */
  announce(text: string): void {
    clearTimeout(this.#timer);
    this.#lastTipAtMs = this.#now();
    this.#speak(text);
  }

  /** Said when its turn comes, unless a later tip replaces it. */
  announceTip(text: string): void {
    clearTimeout(this.#timer);
    const waitMs = this.#lastTipAtMs + TIP_INTERVAL_MS - this.#now();
    if (waitMs <= 0) this.#speakTip(text);
    else this.#timer = setTimeout(() => this.#speakTip(text), waitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #speakTip(text: string): void {
    if (text === this.#lastText) return;
    this.#lastTipAtMs = this.#now();
    this.#speak(text);
  }

  #speak(text: string): void {
    this.#lastText = text;
    this.#say(text);
  }
}

/** Two sentences in one breath; a full stop is put between them where the first has no mark of its own. */
export function joinSentences(first: string, second: string): string {
  if (!first || !second) return first || second;
  return /[.!?:。！？؟]$/.test(first) ? `${first} ${second}` : `${first}. ${second}`;
}
