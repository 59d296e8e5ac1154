import type { HttpAnswer, NetworkingModule } from '@keyless/sdk-mobile';
import type { RequestTrace } from '../observation/exchange.ts';
import { observeExchange } from '../observation/observe-exchange.ts';

/** A networking module that notes each exchange in the trace of the page's request. */
export const createRecordingNetwork = (
  network: NetworkingModule,
  trace: RequestTrace,
  now: () => number,
): NetworkingModule => ({
  sendHTTPRequest: async (request) => {
    const startMs = now();
    let answer: HttpAnswer | undefined;
    try {
      answer = await network.sendHTTPRequest(request);
      return answer;
    } finally {
      const exchange = observeExchange(request, answer, now() - startMs);
      if (exchange) trace.exchanges.push(exchange);
    }
  },
});
