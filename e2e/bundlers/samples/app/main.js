import { importKeylessWebAssemblyModule } from '@keyless/sdk-web';
import '@keyless/sdk-web-components';

// Where the bundler does not bring the files beside the entry as they are, the page names where they are.
const failure = await importKeylessWebAssemblyModule(globalThis.sdkFiles ? { url: globalThis.sdkFiles } : {});
const element = document.createElement('kl-auth');
document.body.append(element);
await element.updateComplete;
globalThis.result = failure?.message ?? (element.shadowRoot ? 'works' : 'kl-auth is no element');
