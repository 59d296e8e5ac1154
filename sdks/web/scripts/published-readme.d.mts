export interface PublishedReadmeOptions {
  /** Folder of the README in the repository. */
  readonly folder: string;
  /** As in package.json. */
  readonly repository?: string | { readonly url: string };
  /** Whether a path, beside the README, is in the package. */
  isPublished(path: string): boolean;
}

/** Links to files that are not in the package get the address of the repository, or become plain text. */
export declare function publishedReadme(text: string, options: PublishedReadmeOptions): string;
