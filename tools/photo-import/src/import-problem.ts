/** Something the person at the terminal can mend; its message is one line for them. */
export class ImportProblem extends Error {
  override readonly name = 'ImportProblem';
  /** `usage`: the command line is wrong; `environment`: files or the agent are. */
  readonly kind: 'usage' | 'environment';

  constructor(kind: 'usage' | 'environment', message: string) {
    super(message);
    this.kind = kind;
  }
}
