import { importKeylessWebAssemblyModule } from '@keyless/sdk-web';
import '@keyless/sdk-web-components';

const pthreads = location.search === '?threads';
// Where the bundler does not bring the files beside the entry, the page names where they are.
const { script, threadsScript, ...others } = globalThis.sdkFiles ?? {};
const url = { ...others, script: pthreads ? threadsScript : script };
const failure = await importKeylessWebAssemblyModule({ pthreads, url });
const element = document.createElement('kl-auth');
document.body.append(element);
await element.updateComplete;
globalThis.result = failure?.message ?? (element.shadowRoot ? 'works' : 'kl-auth is no element');
