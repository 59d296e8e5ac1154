/** The part of a URL that the plan changes. */
export interface ParsedUrl {
  readonly href: string;
  protocol: string;
  pathname: string;
  search: string;
  hash: string;
}

// In every engine this runs on, but declared in no library file without the DOM's.
declare const URL: new (text: string) => ParsedUrl;

/** An absolute URL, or null. */
export function parseUrl(text: string): ParsedUrl | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
