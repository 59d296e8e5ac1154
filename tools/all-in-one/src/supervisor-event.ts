/** What happens to the processes of the stack, for whoever prints it. */
export type SupervisorEvent =
  | { readonly kind: 'starting'; readonly name: string }
  | { readonly kind: 'ready'; readonly name: string; readonly durationMs: number; readonly restarts: number }
  | {
      readonly kind: 'crashed';
      readonly name: string;
      readonly code: number | null;
      readonly signal: string | null;
      /** Wait before the next start. */
      readonly restartInMs: number;
    }
  | { readonly kind: 'stopped'; readonly name: string; readonly forced: boolean };

export type SupervisorListener = (event: SupervisorEvent) => void;
