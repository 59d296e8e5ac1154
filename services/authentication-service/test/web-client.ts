export {
  type EncryptionKey,
  type FrameTampering,
  freshKey,
  type Picture,
  type SessionWish,
  WebClient,
} from '@openrecognize/testing';
