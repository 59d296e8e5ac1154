import { nothing, type PropertyValues, type TemplateResult } from 'lit';
import { Announcer, joinSentences } from '../../a11y/announcer.ts';
import {
  finishedDetail,
  KeylessElementEvent,
  type KeylessElementEventDetails,
} from '../../errors/keyless-element-event.ts';
import { type KeylessErrorDetails, KeylessErrorEvent } from '../../errors/keyless-error-event.ts';
import type { ElementEventName } from '../../flow/flow-event.ts';
import { isNonCancelable } from '../../flow/flow-reducer.ts';
import { type FlowHost, FlowRunner } from '../../flow/flow-runner.ts';
import { type FlowSettings, type FlowState, INITIAL_FLOW_STATE } from '../../flow/flow-state.ts';
import { LockoutClock, lockoutSeconds } from '../../flow/lockout-clock.ts';
import { keylessRecognitionClient } from '../../recognition/keyless-recognition-client.ts';
import type { RecognitionClient, RecognitionFlow } from '../../recognition/recognition-client.ts';
import { takeTransferToken, transferLink } from '../../recognition/transfer-link.ts';
import { tipText } from '../../steps/camera-step.ts';
import { DEFAULT_CAMERA_INSTRUCTIONS } from '../../steps/instructions-step.ts';
import { renderStep } from '../../steps/render-step.ts';
import type { StepView } from '../../steps/step-view.ts';
import { themeStyles } from '../../themes/theme-options.ts';
import { parseAspectRatio } from './aspect-ratio.ts';
import { cameraStyles } from './camera.styles.ts';
import { controlStyles } from './controls.styles.ts';
import { ElementTexts } from './element-texts.ts';
import { layoutStyles } from './layout.styles.ts';
import { noContainerUnitStyles } from './no-container-units.styles.ts';
import { RecognitionSettings } from './recognition-settings.ts';
import { litColour, renderBar, renderFrame } from './render-frame.ts';

/** What all `kl-*` elements are: a flow, painted. `kl-auth` and `kl-enroll` name the flow, the dialogs wrap the frame. */
export abstract class RecognitionElement extends RecognitionSettings implements FlowHost {
  static override styles = [layoutStyles, cameraStyles, controlStyles, noContainerUnitStyles];

  abstract get flow(): RecognitionFlow;

  #client: RecognitionClient = keylessRecognitionClient;
  #runner: FlowRunner | undefined;
  #themeSheet: CSSStyleSheet | undefined;
  #themeText = '';
  #texts = new ElementTexts('en', [], {});
  #textInputs: readonly unknown[] = [];
  #isLinkShown = false;
  #hadFocus = false;
  #paintedStep = '';
  #wasLockedOut = false;
  readonly #announcer = new Announcer((text) => this.#say(text));
  readonly #lockoutClock = new LockoutClock(() => this.requestUpdate());
  readonly #systemTheme = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  /** State of the flow; a fresh one while none runs. */
  get flowState(): FlowState {
    return this.#runner?.state ?? INITIAL_FLOW_STATE;
  }

  /** Puts another client in the place of `@keyless/sdk-web`; for tests and design work, before the element is mounted. */
  useRecognitionClient(client: RecognitionClient): void {
    this.#client = client;
  }

  /** Ends camera, connection and flow. The element stays empty until it is put on a page again or `start` is called. */
  dispose(): void {
    this.#runner?.dispose();
    this.#runner = undefined;
    this.#announcer.stop();
    this.#lockoutClock.stop();
    this.requestUpdate();
  }

  /** Begins a flow, unless one is running. Called on mount. */
  start(): void {
    if (this.#runner) return;
    this.#runner = new FlowRunner(this);
    this.#runner.start(takeTransferToken(window));
  }

  /** Gives the attempt up and starts again. Returns an error, code `NONCANCELABLE`, once the server decides. */
  cancel(): Error | undefined {
    if (isNonCancelable(this.flowState)) return new Error('NONCANCELABLE');
    this.#runner?.send({ type: 'cancelled' });
    return undefined;
  }

  /** The whole flow again, after an error or a success. */
  retry(): void {
    this.#runner?.send({ type: 'retried' });
  }

  /** Closes the element: camera and connection end, `close` is dispatched. */
  close(): void {
    this.#runner?.send({ type: 'closed' });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#systemTheme?.addEventListener('change', this.#repaint);
    // A video that was moved within the page may have been paused by the browser.
    void this.#runner?.video?.play().catch(() => undefined);
    void this.updateComplete.then(() => {
      if (this.isConnected) this.start();
    });
  }

  /** Moving the element keeps the flow; only an element that stays away is disposed of. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#systemTheme?.removeEventListener('change', this.#repaint);
    setTimeout(() => {
      if (!this.isConnected) this.dispose();
    });
  }

  recognitionClient(): RecognitionClient {
    return this.#client;
  }

  flowSettings(): FlowSettings {
    return {
      areInstructionsEnabled: this.enableCameraInstructions === true,
      disabledSteps: new Set(this.disableSteps ?? []),
    };
  }

  flowChanged(state: FlowState): void {
    if (!state.transfer) this.#isLinkShown = false;
    this.requestUpdate();
  }

  dispatchFlowEvent(name: ElementEventName, detail: unknown): void {
    if (name === 'error') {
      const failure = detail as KeylessErrorDetails & { readonly code: string };
      this.dispatchEvent(new KeylessErrorEvent(failure.code, failure));
      return;
    }
    const isSuccess = name === 'finished' || name === 'success';
    const payload = isSuccess ? finishedDetail(detail as Parameters<typeof finishedDetail>[0]) : detail;
    const typed = (payload ?? null) as KeylessElementEventDetails[typeof name];
    this.dispatchEvent(new KeylessElementEvent(name, typed));
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    if (root instanceof ShadowRoot) {
      this.#themeSheet = new CSSStyleSheet();
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, this.#themeSheet];
    }
    return root;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    this.#refreshTexts();
    const styles = `${themeStyles(this.themeInUse(), this.themeOptions ?? {})}\n${this.#measures()}`;
    if (styles !== this.#themeText) this.#themeSheet?.replaceSync(styles);
    this.#themeText = styles;
    this.#hadFocus = this.shadowRoot?.activeElement != null;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#runner || this.flowState.isClosed) return nothing;
    const view = this.#view();
    const isHidden = this.flowSettings().disabledSteps.has(this.flowState.step);
    return renderFrame(view, isHidden ? undefined : renderStep(view), {
      texts: this.#texts,
      bar: renderBar(view, { isDialog: this.isDialog, close: () => this.close() }),
      isPoweredByShown: this.disablePoweredBy !== true,
    });
  }

  protected override updated(_changed: PropertyValues): void {
    this.#lockoutClock.watch(this.#runner && this.flowState.failure);
    this.#announce();
  }

  /** Name of the element to a screen reader. */
  protected dialogLabel(): string {
    return this.#texts.at(`controls.region_${this.flow}`);
  }

  /** True for the dialogs, which show their own close button. */
  protected get isDialog(): boolean {
    return false;
  }

  /** Puts the focus on the headline; a reader goes on from there. */
  protected focusHeadline(): void {
    this.shadowRoot?.querySelector<HTMLElement>('.headline')?.focus({ preventScroll: true });
  }

  readonly #repaint = (): void => this.requestUpdate();

  /** Texts are laid together anew only when something they depend on changed: frames repaint several times a second. */
  #refreshTexts(): void {
    const language = this.languageInUse();
    const inputs = [language, this.localizationPacks, this.localizationVariables, this.username];
    if (inputs.every((input, index) => input === this.#textInputs[index])) return;
    this.#textInputs = inputs;
    const variables = { username: this.username ?? '', ...this.localizationVariables };
    this.#texts = new ElementTexts(language, this.localizationPacks ?? [], variables);
  }

  #measures(): string {
    const { size } = this;
    const width = size !== undefined && Number.isFinite(size) && size > 0 ? `--kl-size: ${size}px;` : '';
    const ratio = parseAspectRatio(this.aspectRatio);
    const oval = parseAspectRatio(this.cameraAspectRatio);
    const ratios = [ratio && `--kl-aspect-ratio: ${ratio};`, oval && `--kl-camera-aspect-ratio: ${oval};`];
    const colour = litColour(this.flowState);
    const light = colour ? `--kl-flash-color: ${colour}; position: relative; z-index: 2147483647;` : '';
    return `:host { ${width} ${ratios.filter(Boolean).join(' ')} ${light} }`;
  }

  #view(): StepView {
    const state = this.flowState;
    const texts = this.#texts;
    const { transfer, isHandheld, joinToken, failure } = state;
    const isPhoneRuledOut =
      isHandheld || joinToken !== undefined || this.flowSettings().disabledSteps.has('stm-qrcode');
    return {
      flow: this.flow,
      state,
      video: this.#runner?.video,
      stepText: (name) => texts.at(`${this.flow}.step.${state.step}.${name}`),
      text: (path, variables) => texts.at(path, variables),
      errorText: (code, filters) => texts.error(code, filters, failure?.lockoutExpiresAt),
      send: (event) => this.#runner?.send(event),
      copyLink: () => void this.#copyLink(),
      options: {
        areIconsShown: this.enableCameraInstructionsIcons === true,
        cameraInstructions: this.cameraInstructions?.length
          ? this.cameraInstructions
          : DEFAULT_CAMERA_INSTRUCTIONS,
        isPhoneOffered: !isPhoneRuledOut,
        transferURL: transfer && transferLink(location.href, transfer.token),
        isLinkShown: this.#isLinkShown,
        lockoutSeconds: lockoutSeconds(failure, Date.now()),
      },
    };
  }

  async #copyLink(): Promise<void> {
    const token = this.flowState.transfer?.token;
    if (token === undefined) return;
    try {
      await navigator.clipboard.writeText(transferLink(location.href, token));
      this.#runner?.send({ type: 'link-copied' });
    } catch {
      this.#isLinkShown = true;
      this.requestUpdate();
    }
  }

  #say(text: string): void {
    const region = this.shadowRoot?.querySelector('.announcer[aria-live]');
    if (region) region.textContent = text;
  }

  /** A new step is announced and takes the focus of the button that led to it; then tips, in their own time. */
  #announce(): void {
    if (!this.#runner || this.flowState.isClosed) return;
    const view = this.#view();
    const { step, permission, tip, generation, transfer } = view.state;
    const secondsLocked = view.options.lockoutSeconds;
    const painted = `${step} ${permission} ${generation} ${transfer?.isJoined === true}`;
    if (painted !== this.#paintedStep) {
      this.#paintedStep = painted;
      const parts = this.flowSettings().disabledSteps.has(step) ? undefined : renderStep(view);
      if (parts) this.#announcer.announce(joinSentences(parts.headline, parts.text));
      if (this.#hadFocus && this.shadowRoot?.activeElement == null) this.focusHeadline();
    } else if (step === 'camera-biometric') {
      this.#announcer.announceTip(tipText(view, tip));
    } else if (this.#wasLockedOut && secondsLocked === 0) {
      this.#announcer.announce(view.text('controls.lockout_over'));
    }
    this.#wasLockedOut = secondsLocked !== undefined && secondsLocked > 0;
  }
}
