/** What is known of the permission for the camera; `prompt` where nothing is. */
export type KeylessCameraPermissionState = 'granted' | 'denied' | 'prompt';

/** Key of the session's storage. */
export const CAMERA_PERMISSION_STORAGE_KEY = 'kl-camera-permission';

/**
 * State of the camera permission: of the browser where it says so, else what was stored in this session. A browser that
 * grants for one page at a time goes on saying `prompt`; there the stored `granted` counts while `isStreaming`.
 */
export async function readCameraPermission(isStreaming: boolean): Promise<KeylessCameraPermissionState> {
  const state = await queryPermission();
  if (state === null) {
    return storedPermission() ?? 'prompt';
  }
  return state === 'prompt' && isStreaming ? (storedPermission() ?? state) : state;
}

/** Remembers for this session. Does nothing where storage is switched off. */
export function storeCameraPermission(state: 'granted' | 'denied'): void {
  try {
    sessionStorage.setItem(CAMERA_PERMISSION_STORAGE_KEY, state);
  } catch {
    // Storage is a convenience; the browser asks again.
  }
}

async function queryPermission(): Promise<KeylessCameraPermissionState | null> {
  try {
    const { state } = await navigator.permissions.query({ name: 'camera' as PermissionName });
    return state;
  } catch {
    // Firefox before 131 and some WebViews don't know this permission.
    return null;
  }
}

function storedPermission(): 'granted' | 'denied' | null {
  try {
    const state = sessionStorage.getItem(CAMERA_PERMISSION_STORAGE_KEY);
    return state === 'granted' || state === 'denied' ? state : null;
  } catch {
    return null;
  }
}
