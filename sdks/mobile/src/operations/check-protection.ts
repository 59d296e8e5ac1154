import { NativeFailure } from '../native-failure.ts';
import type { ProtectionFinding } from '../ports/protection-port.ts';
import type { DeviceContext } from '../session.ts';

const numbers: Readonly<Record<Exclude<ProtectionFinding, 'genuine'>, number>> = {
  tampered: 30006,
  'initialization-failed': 40000,
  'licence-expired': 40001,
  'not-genuine': 40002,
};

/** @throws NativeFailure 30006, 40000, 40001, 40002 for what the protection of the app found. */
export const checkProtection = async ({ ports, log }: DeviceContext): Promise<void> => {
  const finding = (await ports.protection?.check()) ?? 'genuine';
  if (finding === 'genuine') return;
  log.write('INFO', 'device-refused', { finding });
  throw new NativeFailure(numbers[finding]);
};
