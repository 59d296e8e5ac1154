export {};

declare module 'vue' {
  interface GlobalComponents {
    'kl-auth': import('vue').DefineComponent<import('@keyless/sdk-web-components').KeylessElementAttributes>;
  }
}
