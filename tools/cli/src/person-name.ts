/** Names double as file names and external user ids: ASCII, 1 to 64 characters, no leading dot. */
const pattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const personNameRule =
  '1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter or digit';

export const isPersonName = (name: string): boolean => pattern.test(name);
