import type { ClientEvent } from '../../src/flow/flow-event.ts';
import type { CameraPermission } from '../../src/flow/flow-state.ts';
import type {
  ClientFailure,
  RecognitionAttempt,
  RecognitionClient,
  RecognitionFlow,
  RecognitionOptions,
  RunningCamera,
  Surroundings,
  WebAssemblyOptions,
} from '../../src/recognition/recognition-client.ts';

/** What a scripted client answers; `never` leaves a wait open. */
export interface RecognitionScript {
  readonly surroundings?: Partial<Surroundings> | ClientFailure | 'never';
  readonly camera?: ClientFailure | 'never';
  /** Told in a row as soon as the session is opened. */
  readonly session?: readonly ClientEvent[];
  /** Token of the transfer; without one none is issued. */
  readonly transferToken?: string;
  readonly createVideo?: () => HTMLVideoElement;
}

const DEFAULT_SURROUNDINGS: Surroundings = {
  permission: 'granted',
  cameras: [{ id: 'front', label: 'Front camera' }],
  isHandheld: false,
};

/** A recognition client that does what a script says and writes down what was asked of it. */
export class ScriptedRecognitionClient implements RecognitionClient {
  readonly calls: string[] = [];
  /** Options of each session that was opened. */
  readonly sessions: (RecognitionOptions & { readonly joinToken: string | undefined })[] = [];
  openAttempts = 0;
  script: RecognitionScript;
  #listener: ((event: ClientEvent) => void) | undefined;
  #permissionListener: ((permission: CameraPermission) => void) | undefined;

  constructor(script: RecognitionScript = {}) {
    this.script = script;
  }

  async prepare(options: WebAssemblyOptions): Promise<Surroundings | ClientFailure> {
    this.calls.push(`prepare${options.pthreads ? ' threads' : ''}`);
    const { surroundings } = this.script;
    if (surroundings === 'never') return new Promise(() => undefined);
    if (surroundings && 'code' in surroundings) return surroundings;
    return { ...DEFAULT_SURROUNDINGS, ...surroundings };
  }

  watchPermission(listener: (permission: CameraPermission) => void): () => void {
    this.#permissionListener = listener;
    return () => {
      this.calls.push('unwatch');
    };
  }

  open(flow: RecognitionFlow, listener: (event: ClientEvent) => void): RecognitionAttempt {
    this.calls.push(`open ${flow}`);
    this.openAttempts += 1;
    this.#listener = listener;
    let isDisposed = false;
    return {
      startCamera: (cameraId) => this.#startCamera(cameraId),
      connect: (options, joinToken) => this.#connect(options, joinToken),
      requestTransfer: () => {
        this.calls.push('request-transfer');
        const { transferToken: token } = this.script;
        if (token) this.tell({ type: 'transfer-issued', token, expiresInSeconds: 120 });
      },
      dispose: () => {
        if (isDisposed) return;
        isDisposed = true;
        this.openAttempts -= 1;
        this.calls.push('dispose');
      },
    };
  }

  /** A report of the attempt opened last, on a turn of its own. */
  tell(event: ClientEvent): void {
    const listener = this.#listener;
    queueMicrotask(() => listener?.(event));
  }

  changePermission(permission: CameraPermission): void {
    this.#permissionListener?.(permission);
  }

  async #startCamera(cameraId: string | undefined): Promise<RunningCamera | ClientFailure> {
    this.calls.push(`camera ${cameraId ?? 'default'}`);
    const { camera, surroundings, createVideo } = this.script;
    if (camera === 'never') return new Promise(() => undefined);
    if (camera) return camera;
    const known =
      typeof surroundings === 'object' && 'cameras' in surroundings ? surroundings.cameras : undefined;
    const cameras = known ?? DEFAULT_SURROUNDINGS.cameras;
    const video = createVideo?.() ?? document.createElement('video');
    return { video, cameras, cameraId: cameraId ?? cameras[0]?.id };
  }

  #connect(options: RecognitionOptions, joinToken: string | undefined): void {
    this.calls.push(joinToken === undefined ? 'connect' : `join ${joinToken}`);
    this.sessions.push({ ...options, joinToken });
    for (const event of this.script.session ?? []) this.tell(event);
  }
}
