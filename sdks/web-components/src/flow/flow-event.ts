import type { Camera, CameraPermission, RecognitionSuccess } from './flow-state.ts';

/** Name of an event an element dispatches on itself. */
export type ElementEventName =
  | 'begin-stream'
  | 'close'
  | 'error'
  | 'finished'
  | 'frame-results'
  | 'non-cancelable'
  | 'recognition-failure'
  | 'recognition-start'
  | 'recoverable-error'
  | 'step-change'
  | 'stop-stream'
  | 'success'
  | 'video-frame-quality'
  | 'ws-close'
  | 'ws-open';

/** One verdict of a quality filter. */
export interface FilterReading {
  readonly name: string;
  readonly triggered: boolean;
  readonly value?: number;
  readonly threshold?: number;
}

/** Reports of the recognition client. */
export type ClientEvent =
  | {
      readonly type: 'bootstrapped';
      readonly permission: CameraPermission;
      readonly cameras: readonly Camera[];
      readonly isHandheld: boolean;
    }
  | { readonly type: 'permission-changed'; readonly permission: CameraPermission }
  | {
      readonly type: 'camera-started';
      readonly cameras: readonly Camera[];
      readonly cameraId: string | undefined;
    }
  | { readonly type: 'camera-failed'; readonly code: string }
  | { readonly type: 'connection-opened' }
  | { readonly type: 'connection-closed' }
  | { readonly type: 'stream-began' }
  | { readonly type: 'quality-read'; readonly filters: readonly FilterReading[] }
  | {
      readonly type: 'frame-judged';
      readonly filters: readonly FilterReading[];
      readonly isAccepted: boolean;
    }
  | { readonly type: 'flash-asked'; readonly colour: string | undefined }
  | { readonly type: 'stream-stopped' }
  | { readonly type: 'transfer-issued'; readonly token: string; readonly expiresInSeconds: number }
  | { readonly type: 'transfer-joined' }
  | { readonly type: 'finished'; readonly success: RecognitionSuccess }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly filters?: readonly string[];
      readonly lockoutExpiresAt?: Date | undefined;
    };

/** What the person does. */
export type PersonEvent =
  | { readonly type: 'here-chosen' }
  | { readonly type: 'phone-chosen' }
  | { readonly type: 'link-copied' }
  | { readonly type: 'instructions-read' }
  | { readonly type: 'permission-asked' }
  | { readonly type: 'camera-select-toggled' }
  | { readonly type: 'camera-selected'; readonly cameraId: string }
  | { readonly type: 'flash-toggled' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'retried' }
  | { readonly type: 'closed' };

/** What the element itself reports. */
export type LifecycleEvent =
  | { readonly type: 'mounted'; readonly joinToken?: string | undefined }
  | { readonly type: 'timed-out' };

export type FlowEvent = ClientEvent | PersonEvent | LifecycleEvent;

/** What the runner has to do; each belongs to the generation of the state it came with. */
export type FlowEffect =
  | { readonly type: 'bootstrap' }
  | { readonly type: 'start-camera'; readonly cameraId: string | undefined }
  | { readonly type: 'connect'; readonly joinToken: string | undefined }
  | { readonly type: 'request-transfer' }
  | { readonly type: 'dispose-attempt' }
  | { readonly type: 'dispatch'; readonly name: ElementEventName; readonly detail?: unknown };

export interface FlowTransition<State> {
  readonly state: State;
  readonly effects: readonly FlowEffect[];
}
