import { describe, expect, it } from 'vitest';
import { takeTransferToken, transferLink, transferTokenOf } from './transfer-link.ts';

const viewAt = (address: string) => {
  const replaced: string[] = [];
  const { hash, pathname, search } = new URL(address);
  const history = {
    state: 7,
    replaceState: (state: unknown, _: string, url: string) => replaced.push(`${state} ${url}`),
  };
  return { view: { location: { hash, pathname, search }, history } as unknown as Window, replaced };
};

describe('the link for the phone', () => {
  it('is the address of the page with the token in its fragment', () => {
    expect(transferLink('https://shop.example/pay?id=1#top', 'a+b/c=')).toBe(
      'https://shop.example/pay?id=1#kl-transfer=a%2Bb%2Fc%3D',
    );
    expect(transferTokenOf(new URL(transferLink('https://a.example/', 'a+b/c=')).hash)).toBe('a+b/c=');
  });

  it('gives its token once, and leaves the address without it', () => {
    const { view, replaced } = viewAt('https://shop.example/pay?id=1#kl-transfer=T');
    expect(takeTransferToken(view)).toBe('T');
    expect(replaced).toEqual(['7 /pay?id=1']);
  });

  it('leaves any other fragment alone', () => {
    for (const hash of ['', '#top', '#kl-transfer=']) {
      const { view, replaced } = viewAt(`https://shop.example/${hash}`);
      expect(takeTransferToken(view)).toBeUndefined();
      expect(replaced).toEqual([]);
    }
  });
});
