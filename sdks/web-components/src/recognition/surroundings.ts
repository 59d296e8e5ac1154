import type { CameraPermission } from '../flow/flow-state.ts';

/**
 * True on phones and tablets: the main pointer is a finger and there is no hovering. The browser's own answer is taken
 * first where it gives one.
 */
export function isHandheldDevice(view: Window = window): boolean {
  const hints = (view.navigator as Navigator & { readonly userAgentData?: { readonly mobile: boolean } })
    .userAgentData;
  if (hints?.mobile) return true;
  return view.matchMedia('(hover: none) and (pointer: coarse)').matches;
}

/** Follows the camera permission where the browser has it among its permissions; elsewhere nothing is reported. */
export function watchCameraPermission(listener: (permission: CameraPermission) => void): () => void {
  let status: PermissionStatus | undefined;
  let isOver = false;
  const report = () => status && listener(status.state);
  const query = navigator.permissions?.query({ name: 'camera' as PermissionName });
  query?.then(
    (answer) => {
      if (isOver) return;
      status = answer;
      status.addEventListener('change', report);
    },
    () => undefined,
  );
  return () => {
    isOver = true;
    status?.removeEventListener('change', report);
  };
}
