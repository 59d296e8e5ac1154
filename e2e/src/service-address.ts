/** What a page has to know of a tenant's authentication-service. */
export interface WebServiceAddress {
  readonly customer: { readonly name: string };
  readonly key: { readonly id: string; readonly value: string };
  readonly ws: { readonly url: string };
}

/** Asks an authentication-service for its image encryption key. */
export const readWebServiceAddress = async (
  serviceUrl: string,
  customer: string,
): Promise<WebServiceAddress> => {
  const answer = await fetch(`${serviceUrl}/v1/image-encryption-key`);
  const { keyId, publicKey } = (await answer.json()) as { keyId: string; publicKey: string };
  return {
    customer: { name: customer },
    key: { id: keyId, value: publicKey },
    ws: { url: `${serviceUrl.replace('http', 'ws')}/` },
  };
};
