/** Registered with every device; equal to the version of the package (a test compares them). */
export const sdkVersion = '0.1.0';
