/** A module matching `from` must not import one matching `to` itself. */
export interface EdgeRule {
  readonly id: string;
  /** Matched against `<importing id> -> <imported id>`. */
  readonly edge: RegExp;
  readonly why: string;
}

/** No chain of imports may lead from a module matching `from` to one matching `to`. */
export interface ReachRule {
  readonly id: string;
  readonly from: RegExp;
  readonly to: RegExp;
  readonly why: string;
}

/** An import a rule would refuse, allowed for a reason. */
export interface ImportException {
  readonly rule: string;
  readonly edge: RegExp;
  readonly reason: string;
}

/** spec 01 OV-1: what a build can reach at all, through any number of imports. */
export const REACH_RULES: readonly ReachRule[] = [
  {
    id: 'evaluator-sees-no-biometrics',
    from: /^services\/core-daemon\//,
    to: /^packages\/(?:biometrics\/|zkb\/dist\/client\/)/,
    why: 'the evaluator must have no code to read images, codes or keys of clients',
  },
  {
    id: 'client-sides-see-no-server',
    from: /^(?:sdks\/|services\/(?:enrollment-agent|authentication-service)\/)/,
    to: /^packages\/zkb\/dist\/server\//,
    why: 'the party that garbles must have no code to evaluate',
  },
];

export const EDGE_RULES: readonly EdgeRule[] = [
  // spec 01 OV-2
  {
    id: 'services-apart',
    edge: /^services\/([^/]+)\/\S* -> services\/(?!\1\/)/,
    why: 'services talk over HTTP through packages/clients',
  },
  {
    id: 'packages-below',
    edge: /^packages\/\S+ -> (?:services|sdks|tools|apps|e2e)\//,
    why: 'libraries are the bottom layer',
  },
  {
    id: 'bytes-alone',
    edge: /^packages\/bytes\/\S+ -> (?!packages\/bytes\/)/,
    why: 'bytes imports nothing',
  },
  {
    id: 'cryptography-without-third-party',
    edge: /^packages\/(?:garbled-circuits|zkb)\/\S+ -> npm:/,
    why: 'cryptographic packages have no third-party code',
  },
  {
    id: 'builtins-in-node-subpath',
    edge: /^packages\/(?:garbled-circuits|zkb)\/dist\/(?!node\/)\S+ -> node:/,
    why: 'all but the /node subpath also runs in browsers',
  },
  {
    id: 'node-subpath-optional',
    edge: /^packages\/(garbled-circuits|zkb)\/dist\/(?!node\/)\S+ -> packages\/(?:garbled-circuits|zkb)\/dist\/node\//,
    why: 'all but the /node subpath also runs in browsers',
  },
  {
    id: 'contracts-lean',
    edge: /^packages\/contracts\/\S+ -> (?!packages\/(?:contracts|bytes)\/|npm:typebox$)/,
    why: 'contracts are browser-safe and know the schema library and bytes only',
  },
  {
    id: 'fetch-apart',
    edge: /^(?!packages\/biometrics\/dist\/(?:bin|fetch)\/)\S+ -> packages\/biometrics\/dist\/fetch\//,
    why: 'fetching model files is a step of its own; the pipeline starts no processes',
  },
  {
    id: 'sans-io',
    edge: /^packages\/(?:bytes|contracts|garbled-circuits|garbled-circuits-wasm|vision-wasm|biometrics|zkb)\/\S+ -> node:(?:child_process|dgram|dns|fs|http|http2|https|net|tls)(?:\/|$)/,
    why: 'libraries have no sockets, files or processes',
  },
];

export const IMPORT_EXCEPTIONS: readonly ImportException[] = [
  {
    rule: 'sans-io',
    edge: /^packages\/biometrics\/\S+ -> node:fs(?:\/|$)/,
    reason: 'loads model files and checks their hashes',
  },
  {
    rule: 'sans-io',
    edge: /^packages\/biometrics\/dist\/fetch\/\S+ -> node:child_process$/,
    reason: 'the fetch script, which nothing else may import (fetch-apart), obtains model files by npm',
  },
  {
    rule: 'sans-io',
    edge: /^packages\/garbled-circuits-wasm\/dist\/(?:node\/\S+|load-node-module\.js) -> node:fs(?:\/|$)/,
    reason: 'the Node loader reads the WebAssembly module beside it',
  },
];
