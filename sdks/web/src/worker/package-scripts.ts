/**
 * The text of the published scripts of the workers, by their path in the package. Empty in a development build; the
 * packaging step fills it in. A text survives a minifier as it is, a file does not.
 */
export const PACKAGE_SCRIPTS: Readonly<Record<string, string>> = {};
