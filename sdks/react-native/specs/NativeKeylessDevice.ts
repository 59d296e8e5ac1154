// Read by React Native's code generator, which wants this name and form. The same module with explanations:
// src/keyless-device-module.ts (a test keeps the two alike).
import type { TurboModule } from 'react-native';
import { TurboModuleRegistry } from 'react-native';

export type DeviceConstants = Readonly<{
  platform: string;
  osVersion: string;
  artifactFamily: string;
  artifactVersion: string;
  threshold: number;
}>;

export type ModuleAnalysis = Readonly<{
  code: string;
  triggeredFilters: ReadonlyArray<string>;
  isSpoofSuspected: boolean;
}>;

export type ModuleHttpAnswer = Readonly<{
  errorCode: number;
  httpCode: number;
  responseBody: string;
}>;

export type OpenedBlob = Readonly<{ isOpen: boolean; plaintext: string }>;

export interface Spec extends TurboModule {
  getDeviceConstants(): DeviceConstants;
  randomBytes(lengthBytes: number): string;
  sha256(message: string): string;
  hmacSha256(key: string, message: string): string;
  aes256CtrKeystream(key: string, lengthBytes: number): string;
  aes256GcmSeal(key: string, nonce: string, aad: string, plaintext: string): string;
  aes256GcmOpen(key: string, nonce: string, aad: string, sealed: string): OpenedBlob;
  generateDeviceKey(): string;
  publicKeyOf(pkcs8: string): string;
  sign(pkcs8: string, message: string): string;
  stretchPin(pin: string, secret: string): Promise<string>;
  capture(purpose: string, delaySeconds: number, screen: string): Promise<ReadonlyArray<string>>;
  analyze(
    images: ReadonlyArray<string>,
    scenario: string,
    livenessLevel: string,
    environmentAware: boolean,
  ): Promise<ModuleAnalysis>;
  environmentAwareness(livenessLevel: string): string;
  readRecord(): Promise<string>;
  writeRecord(record: string): Promise<void>;
  clearRecord(): Promise<void>;
  sendHttpRequest(
    url: string,
    method: string,
    headers: string,
    body: string,
    timeoutMs: number,
  ): Promise<ModuleHttpAnswer>;
  isOnline(): Promise<boolean>;
  checkProtection(): Promise<string>;
  approveTransaction(lines: string): Promise<boolean>;
  showIntroduction(): Promise<void>;
  updateUI(ui: string): Promise<void>;
}

export default TurboModuleRegistry.getEnforcing<Spec>('KeylessDevice');
