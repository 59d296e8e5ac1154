/** README files as they are published: what they link to in the repository is not in the package. */
import { join, normalize } from 'node:path/posix';

const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g;

/** Address of a repository in a browser; undefined where package.json names none. */
const pageOf = (repository) => {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
};

/**
 * Links to files that are not in the package get the address of the repository, or become plain text where there is none.
 *
 * @param {string} text Markdown
 * @param {{ folder: string, repository?: string | { url: string }, isPublished: (path: string) => boolean }} options
 *   `folder` of the README in the repository; `repository` as in package.json; whether a path is in the package
 * @returns {string}
 */
export function publishedReadme(text, { folder, repository, isPublished }) {
  const page = pageOf(repository);
  const rewrite = (link, mark, words, target) => {
    if (/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target)) return link;
    const [path = '', fragment] = target.split('#');
    if (isPublished(normalize(path))) return link;
    if (page === undefined) return words;
    const address = `${page}/blob/HEAD/${join(folder, path)}`;
    return `${mark}[${words}](${fragment === undefined ? address : `${address}#${fragment}`})`;
  };
  // Every other part is a block of code.
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(LINK, rewrite)))
    .join('');
}
