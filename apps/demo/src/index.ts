export { demoConfig } from './config.ts';
export { type DemoOptions, mountDemo } from './server.ts';
