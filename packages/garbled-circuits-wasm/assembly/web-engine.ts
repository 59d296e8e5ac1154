/** The module for places without `node:crypto`: the kernel of half gates and AES beside it, in one memory. */
export { encryptGroups, groupOffset, keyOffset, prepareKey, wipeAes } from './bitsliced-aes';
export * from './hamming-kernel';
