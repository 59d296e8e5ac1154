/**
 * SHA-384 of the published files that are loaded at run time, by their path in the package, as `sha384-<base64>`.
 * Empty in a development build; the packaging step fills it in.
 */
export const PACKAGE_INTEGRITY: Readonly<Record<string, string>> = {};
