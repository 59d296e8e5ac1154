/** Kinds of API key: the name in the interface, its text, and what it is for. */
export const keyKinds = [
  ['download', 'Download', 'fetches SDK releases'],
  ['mobile', 'Mobile', 'goes into apps; devices enroll and authenticate with it'],
  ['secret', 'Secret', 'for your servers only: it may do everything'],
];

/** Texts by kind. */
export const keyKindText = Object.fromEntries(keyKinds);
