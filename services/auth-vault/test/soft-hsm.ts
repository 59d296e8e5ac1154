import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A token of SoftHSM in a folder of its own. */
export interface SoftHsm {
  readonly token: { readonly modulePath: string; readonly tokenLabel: string; readonly pin: string };
  /** Makes an EC key pair; the label may occur twice. */
  createKey(label: string, curveOidDer?: string): Promise<void>;
  /** Where the token is kept. */
  readonly folder: string;
  remove(): void;
}

/** DER of the curves, as PKCS #11 wants them. */
export const P256_OID = '06082a8648ce3d030107';
export const P384_OID = '06052b81040022';

/** Path of the module, installed now if need and possible; one line on the console says why not. */
export const findSoftHsm = (): string | undefined => {
  const script = fileURLToPath(new URL('./install-softhsm.sh', import.meta.url));
  const line = execFileSync('/bin/sh', [script], { encoding: 'utf8', timeout: 240_000 }).trim();
  if (line.startsWith('ready: ')) return line.slice('ready: '.length);
  console.log(line);
  return undefined;
};

/** Sets `SOFTHSM2_CONF` of this process: the module reads it when it is initialized. */
export const createSoftHsm = (modulePath: string): SoftHsm => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-vault-hsm-'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(
    configuration,
    `directories.tokendir = ${folder}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  process.env['SOFTHSM2_CONF'] = configuration;
  const tokenLabel = 'openrecognize';
  const pin = '1234-tests';
  const init = ['--init-token', '--free', '--label', tokenLabel, '--pin', pin, '--so-pin', '5678-tests'];
  execFileSync('softhsm2-util', init, { stdio: 'ignore' });
  return {
    token: { modulePath, tokenLabel, pin },
    folder,
    async createKey(label, curveOidDer = P256_OID) {
      // In a process of its own: the library is initialized once per process, and the adapter wants to do it.
      const script = `
        const graphene = require('graphene-pk11');
        const module = graphene.Module.load(${JSON.stringify(modulePath)});
        module.initialize();
        const slots = module.getSlots(true);
        for (let index = 0; index < slots.length; index++) {
          const slot = slots.items(index);
          if (slot.getToken().label.trimEnd() !== ${JSON.stringify(tokenLabel)}) continue;
          const session = slot.open(graphene.SessionFlag.SERIAL_SESSION | graphene.SessionFlag.RW_SESSION);
          session.login(${JSON.stringify(pin)});
          session.generateKeyPair(
            graphene.KeyGenMechanism.EC,
            { token: true, label: ${JSON.stringify(label)}, verify: true, keyType: graphene.KeyType.EC,
              paramsEC: Buffer.from('${curveOidDer}', 'hex') },
            { token: true, label: ${JSON.stringify(label)}, sign: true, private: true, sensitive: true,
              extractable: false, keyType: graphene.KeyType.EC },
          );
        }
        module.finalize();`;
      execFileSync(process.execPath, ['-e', script], { cwd: import.meta.dirname });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
