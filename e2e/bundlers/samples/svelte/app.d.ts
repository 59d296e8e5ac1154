declare namespace svelteHTML {
  interface IntrinsicElements {
    'kl-auth': import('@keyless/sdk-web-components').KeylessElementAttributes;
  }
}
