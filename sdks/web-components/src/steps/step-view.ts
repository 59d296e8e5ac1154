import type { TemplateResult } from 'lit';
import type { PersonEvent } from '../flow/flow-event.ts';
import type { FlowState } from '../flow/flow-state.ts';
import type { RecognitionFlow } from '../recognition/recognition-client.ts';

/** What a step is painted from. */
export interface StepView {
  readonly flow: RecognitionFlow;
  readonly state: FlowState;
  readonly video: HTMLVideoElement | undefined;
  /** Text of this step, such as `headline` or `prompt.button`; empty where a pack took it away. */
  stepText(name: string): string;
  /** Text at any path of the pack, such as `camera_tip.FaceAbsent`. */
  text(path: string, variables?: Readonly<Record<string, string>>): string;
  /** Text for an error code and the server filters that came with it. */
  errorText(code: string, filters: readonly string[]): string;
  send(event: PersonEvent): void;
  copyLink(): void;
  readonly options: {
    readonly areIconsShown: boolean;
    readonly cameraInstructions: readonly string[];
    readonly isPhoneOffered: boolean;
    readonly transferURL: string | undefined;
    /** The link is written out, since it could not be copied. */
    readonly isLinkShown: boolean;
    /** Whole seconds until the person is let in again; 0 once that is over, undefined without a lockout whose end is known. */
    readonly lockoutSeconds: number | undefined;
  };
}

/** The pieces of a step; the element puts them in their places. Undefined: nothing there. */
export interface StepParts {
  readonly visual: TemplateResult;
  readonly headline: string;
  readonly text: string;
  /** Small print under the text, such as an error code. */
  readonly note?: string | undefined;
  readonly details?: TemplateResult | undefined;
  readonly buttons?: TemplateResult | undefined;
  /** Class of the whole step. */
  readonly className: string;
}
