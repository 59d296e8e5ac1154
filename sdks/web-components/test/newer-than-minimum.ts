/**
 * What Chromium of the minimum (Android WebView 94) does not have, by owner, from MDN's browser compatibility data (public
 * domain). `only` are names that nothing older has, so that their use is a fault wherever it stands; `shared` are also
 * names of older functions, and can only be told apart by running.
 */
export interface NewerMembers {
  readonly only?: string;
  readonly shared?: string;
}

export const NEWER_MEMBERS: Readonly<Record<string, NewerMembers>> = {
  'Array.prototype': { only: 'findLast findLastIndex toReversed toSorted toSpliced with' },
  Array: { only: 'fromAsync' },
  'ArrayBuffer.prototype': {
    only: 'detached maxByteLength resizable resize transferToFixedLength',
    shared: 'transfer',
  },
  'SharedArrayBuffer.prototype': { only: 'grow growable maxByteLength' },
  Atomics: { shared: 'pause' },
  'DataView.prototype': { only: 'getFloat16 setFloat16' },
  Error: { only: 'isError' },
  'Iterator.prototype': {
    only: 'chunks drop take toArray windows',
    shared: 'every filter find flatMap forEach includes join map reduce some',
  },
  JSON: { only: 'isRawJSON rawJSON' },
  'Map.prototype': { only: 'getOrInsert getOrInsertComputed' },
  'WeakMap.prototype': { only: 'getOrInsert getOrInsertComputed' },
  Map: { only: 'groupBy' },
  Object: { only: 'groupBy' },
  Math: { only: 'f16round sumPrecise' },
  Promise: { only: 'allKeyed allSettledKeyed try withResolvers' },
  RegExp: { shared: 'escape' },
  'RegExp.prototype': { only: 'unicodeSets' },
  'Set.prototype': {
    only: 'difference intersection isDisjointFrom isSubsetOf isSupersetOf symmetricDifference union',
  },
  'String.prototype': { only: 'isWellFormed toWellFormed' },
  'TypedArray.prototype': { only: 'findLast findLastIndex toReversed toSorted with' },
  Uint8Array: { only: 'fromBase64 fromHex' },
  'Uint8Array.prototype': { only: 'setFromBase64 setFromHex toBase64 toHex' },
  AbortSignal: { shared: 'any timeout' },
  'AbortSignal.prototype': { only: 'throwIfAborted', shared: 'reason' },
  // `bytes` is a name of the project's own, so that only running tells whether these are called.
  'Blob.prototype': { only: 'textStream', shared: 'bytes' },
  'Request.prototype': { only: 'duplex', shared: 'bytes' },
  'Response.prototype': { shared: 'bytes' },
  Response: { shared: 'json' },
  ReadableStream: { shared: 'from' },
  'ReadableStream.prototype': { shared: 'values' },
  'CanvasRenderingContext2D.prototype': {
    only: 'createConicGradient fontKerning fontStretch fontVariantCaps letterSpacing roundRect textRendering wordSpacing',
    shared: 'isContextLost lang reset',
  },
  'CustomElementRegistry.prototype': { only: 'getName', shared: 'initialize' },
  'Document.prototype': {
    only: `ariaNotify caretPositionFromPoint customElementRegistry hasStorageAccess hasUnpartitionedCookieAccess moveBefore
      prerendering requestStorageAccess startViewTransition`,
  },
  Document: { only: 'parseHTML parseHTMLUnsafe' },
  'Element.prototype': {
    only: `ariaActiveDescendantElement ariaControlsElements ariaDescribedByElements ariaDetailsElements
      ariaErrorMessageElements ariaFlowToElements ariaLabelledByElements ariaNotify ariaOwnsElements checkVisibility
      currentCSSZoom customElementRegistry getHTML moveBefore setHTML setHTMLUnsafe`,
    // An attribute of markup; nothing reads the property.
    shared: 'role',
  },
  'ShadowRoot.prototype': {
    only: 'clonable customElementRegistry getHTML referenceTarget serializable setHTML setHTMLUnsafe',
  },
  'EventTarget.prototype': { shared: 'when' },
  'HTMLButtonElement.prototype': {
    only: 'commandForElement interestForElement popoverTargetAction popoverTargetElement',
    shared: 'command',
  },
  'HTMLInputElement.prototype': { only: 'popoverTargetAction popoverTargetElement showPicker' },
  'HTMLDialogElement.prototype': { only: 'closedBy requestClose' },
  'HTMLElement.prototype': {
    only: 'anchorElement autocorrect editContext hidePopover inert popover showPopover togglePopover writingSuggestions',
  },
  'Headers.prototype': { only: 'getSetCookie' },
  'IntersectionObserver.prototype': { only: 'scrollMargin' },
  'MediaDevices.prototype': { only: 'selectAudioOutput setCaptureHandleConfig' },
  'MediaStreamTrack.prototype': { only: 'getCaptureHandle stats' },
  'Navigator.prototype': {
    only: 'audioSession canShare devicePosture gpu login ml share storageBuckets virtualKeyboard windowControlsOverlay',
  },
  'Performance.prototype': { only: 'interactionCount' },
  'Selection.prototype': { only: 'getComposedRanges', shared: 'direction' },
  SubtleCrypto: { shared: 'supports' },
  'SubtleCrypto.prototype': {
    only: 'decapsulateBits decapsulateKey encapsulateBits encapsulateKey',
    shared: 'getPublicKey',
  },
  URL: { only: 'canParse', shared: 'parse' },
  'URLSearchParams.prototype': { shared: 'size' },
  Symbol: { only: 'asyncDispose', shared: 'dispose' },
};

/** Functions and classes of their own. */
export const NEWER_GLOBALS =
  `AsyncDisposableStack CloseWatcher CookieStore CSSFunctionRule CSSLayerBlockRule CSSStartingStyleRule DisposableStack
  DocumentPictureInPicture EditContext FileSystemObserver Float16Array Highlight HighlightRegistry Iterator Navigation
  NavigationPreloadManager Observable RestrictionTarget Sanitizer SuppressedError Temporal ToggleEvent URLPattern
  ViewTransition WebTransport cookieStore documentPictureInPicture fetchLater launchQueue navigation queryLocalFonts
  reportError sharedStorage structuredClone`.split(/\s+/);

/** What Chromium has and Firefox or Safari of the minimum (140, 18.4) don't. */
export const NOT_EVERYWHERE =
  `BarcodeDetector FaceDetector ImageCapture MediaStreamTrackGenerator MediaStreamTrackProcessor WebSocketStream
  cancelIdleCallback computedStyleMap deviceMemory getBattery getInstalledRelatedApps measureUserAgentSpecificMemory
  requestIdleCallback scheduler scrollIntoViewIfNeeded showOpenFilePicker showSaveFilePicker trustedTypes userAgentData
  vibrate waitAsync`.split(/\s+/);

export const namesOf = (words = ''): string[] => words.split(/\s+/).filter(Boolean);

/** Owner and names of all that is to be gone. */
export type Removals = readonly (readonly [owner: string, names: readonly string[]])[];

/** Less the symbols, which can't be removed. */
export const ALL_NEWER: Removals = [
  ...Object.entries(NEWER_MEMBERS)
    .filter(([owner]) => owner !== 'Symbol')
    .map(([owner, { only, shared }]) => [owner, [...namesOf(only), ...namesOf(shared)]] as const),
  ['globalThis', NEWER_GLOBALS],
];

/**
 * Makes a page or a worker as poor as the minimum. It knows nothing outside of itself, since it is sent there as text, and
 * returns what it could not remove.
 */
export const removeNewer = (removals: Removals): string[] => {
  const scope = globalThis as unknown as Record<string, unknown>;
  const known: Record<string, unknown> = {
    globalThis,
    TypedArray: Object.getPrototypeOf(Uint8Array),
    Iterator: { prototype: Object.getPrototypeOf(Object.getPrototypeOf([].values())) },
  };
  const left: string[] = [];
  for (const [owner, names] of removals) {
    const [first = '', second] = owner.split('.');
    const holder = (known[first] ?? scope[first]) as Record<string, object> | undefined;
    const target = (second === undefined ? holder : holder?.[second]) as Record<string, unknown> | undefined;
    if (target === undefined) continue;
    for (const name of names) {
      // Functions of a worker are its prototype's.
      const isGlobal = target === globalThis;
      for (let at: object | null = target; at; at = isGlobal ? Object.getPrototypeOf(at) : null) {
        Reflect.deleteProperty(at, name);
        if (Object.hasOwn(at, name)) left.push(`${owner}.${name}`);
      }
    }
  }
  return left;
};
