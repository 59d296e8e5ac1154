/**
 * The key by which external user ids are compared: without case, and with one spelling per character. Computed here,
 * because what a database's lower() does depends on its locale.
 */
export const externalUserKey = (externalUserId: string): string =>
  externalUserId.normalize('NFC').toLowerCase().normalize('NFC');
