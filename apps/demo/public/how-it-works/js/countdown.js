/**
 * Calls `onTick` with the whole seconds that are left, now and each time they change, and `onEnd` at 0.
 *
 * @param {number} seconds
 * @param {{ onTick: (seconds: number) => void, onEnd: () => void, now?: () => number }} options
 * @returns {() => void} stops it
 */
export const startCountdown = (seconds, { onTick, onEnd, now = () => performance.now() }) => {
  const endMs = now() + seconds * 1000;
  let timer;
  const tick = () => {
    const leftMs = Math.max(0, endMs - now());
    onTick(Math.ceil(leftMs / 1000));
    if (leftMs === 0) onEnd();
    // A sleeping tab wakes late; the next tick is at the next change of the figure, not a second from now.
    else timer = setTimeout(tick, leftMs % 1000 || 1000);
  };
  tick();
  return () => clearTimeout(timer);
};
