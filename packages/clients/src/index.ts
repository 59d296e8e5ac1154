export * from './call-endpoint.ts';
export * from './http-client.ts';
