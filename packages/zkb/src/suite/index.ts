export { ProtocolError, type ProtocolErrorCode } from '../protocol-error.ts';
export type { CryptoSuite, RandomSource } from './crypto-suite.ts';
