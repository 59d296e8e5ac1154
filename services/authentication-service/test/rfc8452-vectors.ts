/** Known answers of RFC 8452 Appendix C: `sealed` is its "Result", ciphertext and tag. */
export interface SivVector {
  readonly name: string;
  readonly key: string;
  readonly nonce: string;
  readonly plaintext: string;
  readonly aad: string;
  readonly sealed: string;
}

const key128 = `01${'00'.repeat(15)}`;
const key256 = `01${'00'.repeat(31)}`;
const nonce = `03${'00'.repeat(11)}`;
const zeroKey = '00'.repeat(32);
const zeroNonce = '00'.repeat(12);
/** Blocks 01 00.., 02 00.. and so on. */
const blocks = (from: number, to: number): string => {
  let out = '';
  for (let i = from; i <= to; i++) out += `0${i}${'00'.repeat(15)}`;
  return out;
};

export const SIV_VECTORS: readonly SivVector[] = [
  {
    name: 'C.1: nothing',
    key: key128,
    nonce,
    plaintext: '',
    aad: '',
    sealed: 'dc20e2d83f25705bb49e439eca56de25',
  },
  {
    name: 'C.1: 8 bytes',
    key: key128,
    nonce,
    plaintext: '0100000000000000',
    aad: '',
    sealed: 'b5d839330ac7b786578782fff6013b815b287c22493a364c',
  },
  {
    name: 'C.1: 12 bytes',
    key: key128,
    nonce,
    plaintext: '010000000000000000000000',
    aad: '',
    sealed: '7323ea61d05932260047d942a4978db357391a0bc4fdec8b0d106639',
  },
  {
    name: 'C.1: 16 bytes',
    key: key128,
    nonce,
    plaintext: blocks(1, 1),
    aad: '',
    sealed: '743f7c8077ab25f8624e2e948579cf77303aaf90f6fe21199c6068577437a0c4',
  },
  {
    name: 'C.1: 32 bytes',
    key: key128,
    nonce,
    plaintext: blocks(1, 2),
    aad: '',
    sealed:
      '84e07e62ba83a6585417245d7ec413a9fe427d6315c09b57ce45f2e3936a94451a8e45dcd4578c667cd86847bf6155ff',
  },
  {
    name: 'C.1: 48 bytes',
    key: key128,
    nonce,
    plaintext: blocks(1, 3),
    aad: '',
    sealed:
      '3fd24ce1f5a67b75bf2351f181a475c7b800a5b4d3dcf70106b1eea82fa1d64df42bf7226122fa92e17a40eeaac1201b5e6e311dbf395d35b0fe39c2714388f8',
  },
  {
    name: 'C.1: 64 bytes with 1 byte aad',
    key: key128,
    nonce,
    plaintext: blocks(2, 5),
    aad: '01',
    sealed:
      '2f5c64059db55ee0fb847ed513003746aca4e61c711b5de2e7a77ffd02da42feec601910d3467bb8b36ebbaebce5fba30d36c95f48a3e7980f0e7ac299332a80cdc46ae475563de037001ef84ae21744',
  },
  {
    name: 'C.1: 4 bytes with 12 bytes aad',
    key: key128,
    nonce,
    plaintext: '02000000',
    aad: '010000000000000000000000',
    sealed: 'a8fe3e8707eb1f84fb28f8cb73de8e99e2f48a14',
  },
  {
    name: 'C.1: 20 bytes with 18 bytes aad',
    key: key128,
    nonce,
    plaintext: '0300000000000000000000000000000004000000',
    aad: '010000000000000000000000000000000200',
    sealed: '6bb0fecf5ded9b77f902c7d5da236a4391dd029724afc9805e976f451e6d87f6fe106514',
  },
  {
    name: 'C.1: 18 bytes with 20 bytes aad',
    key: key128,
    nonce,
    plaintext: '030000000000000000000000000000000400',
    aad: '0100000000000000000000000000000002000000',
    sealed: '44d0aaf6fb2f1f34add5e8064e83e12a2adabff9b2ef00fb47920cc72a0c0f13b9fd',
  },
  {
    name: 'C.1: nothing under another key',
    key: 'e66021d5eb8e4f4066d4adb9c33560e4',
    nonce: 'f46e44bb3da0015c94f70887',
    plaintext: '',
    aad: '',
    sealed: 'a4194b79071b01a87d65f706e3949578',
  },
  {
    name: 'C.1: 3 bytes with 5 bytes aad',
    key: '36864200e0eaf5284d884a0e77d31646',
    nonce: 'bae8e37fc83441b16034566b',
    plaintext: '7a806c',
    aad: '46bb91c3c5',
    sealed: 'af60eb711bd85bc1e4d3e0a462e074eea428a8',
  },
  {
    name: 'C.1: 15 bytes with 25 bytes aad',
    key: '2d4ed87da44102952ef94b02b805249b',
    nonce: 'ac80e6f61455bfac8308a2d4',
    plaintext: '0d8c8451178082355c9e940fea2f58',
    aad: '2950a70d5a1db2316fd568378da107b52b0da55210cc1c1b0a',
    sealed: 'c9ff545e07b88a015f05b274540aa183b3449b9f39552de99dc214a1190b0b',
  },
  {
    name: 'C.1: 21 bytes with 35 bytes aad',
    key: 'f901cfe8a69615a93fdf7a98cad48179',
    nonce: '6245709fb18853f68d833640',
    plaintext: 'e42a3c02c25b64869e146d7b233987bddfc240871d',
    aad: '7576f7028ec6eb5ea7e298342a94d4b202b370ef9768ec6561c4fe6b7e7296fa859c21',
    sealed: '391cc328d484a4f46406181bcd62efd9b3ee197d052d15506c84a9edd65e13e9d24a2a6e70',
  },
  {
    name: 'C.2: nothing',
    key: key256,
    nonce,
    plaintext: '',
    aad: '',
    sealed: '07f5f4169bbf55a8400cd47ea6fd400f',
  },
  {
    name: 'C.2: 8 bytes',
    key: key256,
    nonce,
    plaintext: '0100000000000000',
    aad: '',
    sealed: 'c2ef328e5c71c83b843122130f7364b761e0b97427e3df28',
  },
  {
    name: 'C.2: 12 bytes',
    key: key256,
    nonce,
    plaintext: '010000000000000000000000',
    aad: '',
    sealed: '9aab2aeb3faa0a34aea8e2b18ca50da9ae6559e48fd10f6e5c9ca17e',
  },
  {
    name: 'C.2: 16 bytes',
    key: key256,
    nonce,
    plaintext: blocks(1, 1),
    aad: '',
    sealed: '85a01b63025ba19b7fd3ddfc033b3e76c9eac6fa700942702e90862383c6c366',
  },
  {
    name: 'C.2: 32 bytes',
    key: key256,
    nonce,
    plaintext: blocks(1, 2),
    aad: '',
    sealed:
      '4a6a9db4c8c6549201b9edb53006cba821ec9cf850948a7c86c68ac7539d027fe819e63abcd020b006a976397632eb5d',
  },
  {
    name: 'C.2: 48 bytes',
    key: key256,
    nonce,
    plaintext: blocks(1, 3),
    aad: '',
    sealed:
      'c00d121893a9fa603f48ccc1ca3c57ce7499245ea0046db16c53c7c66fe717e39cf6c748837b61f6ee3adcee17534ed5790bc96880a99ba804bd12c0e6a22cc4',
  },
  {
    name: 'C.2: 12 bytes with 20 bytes aad',
    key: 'a44102952ef94b02b805249bac80e6f61455bfac8308a2d40d8c845117808235',
    nonce: '5c9e940fea2f582950a70d5a',
    plaintext: '1db2316fd568378da107b52b',
    aad: '0da55210cc1c1b0abde3b2f204d1e9f8b06bc47f',
    sealed: '8dbeb9f7255bf5769dd56692404099c2587f64979f21826706d497d5',
  },
  {
    name: 'C.2: 18 bytes with 30 bytes aad',
    key: 'b18853f68d833640e42a3c02c25b64869e146d7b233987bddfc240871d7576f7',
    nonce: '028ec6eb5ea7e298342a94d4',
    plaintext: 'b202b370ef9768ec6561c4fe6b7e7296fa85',
    aad: '9c2159058b1f0fe91433a5bdc20e214eab7fecef4454a10ef0657df21ac7',
    sealed: '857e16a64915a787637687db4a9519635cdd454fc2a154fea91f8363a39fec7d0a49',
  },
  {
    name: 'C.2: 21 bytes with 35 bytes aad',
    key: '3c535de192eaed3822a2fbbe2ca9dfc88255e14a661b8aa82cc54236093bbc23',
    nonce: '688089e55540db1872504e1c',
    plaintext: 'ced532ce4159b035277d4dfbb7db62968b13cd4eec',
    aad: '734320ccc9d9bbbb19cb81b2af4ecbc3e72834321f7aa0f70b7282b4f33df23f167541',
    sealed: '626660c26ea6612fb17ad91e8e767639edd6c9faee9d6c7029675b89eaf4ba1ded1a286594',
  },
  {
    name: 'C.3: the counter wraps between two blocks',
    key: zeroKey,
    nonce: zeroNonce,
    plaintext: '000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108',
    aad: '',
    sealed:
      'f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3eaffffffff000000000000000000000000',
  },
  {
    name: 'C.3: the counter wraps before a short block',
    key: zeroKey,
    nonce: zeroNonce,
    plaintext: 'eb3640277c7ffd1303c7a542d02d3e4c0000000000000000',
    aad: '',
    sealed: '18ce4f0b8cb4d0cac65fea8f79257b20888e53e72299e56dffffffff000000000000000000000000',
  },
];
