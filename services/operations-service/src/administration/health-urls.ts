import { RecognizeError } from '@openrecognize/contracts';

/**
 * Services by name from entries of the form `name=url`.
 *
 * @throws RecognizeError CONFIG_INVALID naming HEALTH_URLS
 */
export const parseHealthUrls = (entries: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    entries.map((entry) => {
      const [name = '', ...rest] = entry.split('=');
      const url = rest.join('=');
      if (name === '' || !/^https?:/.test(url) || !URL.canParse(url)) {
        throw new RecognizeError('CONFIG_INVALID', { details: { variables: ['HEALTH_URLS'] } });
      }
      return [name, url];
    }),
  );
