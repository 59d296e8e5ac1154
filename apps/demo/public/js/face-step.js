import { BankError } from './bank-api.js';

const at = (id) => document.getElementById(id);
const DONE_SHOWN_MS = 700;

/** The person has a way back of their own beside the element, and a computer's own camera is enough here. */
const withoutCancel = [{ language: 'en', data: { controls: { cancel: '' } } }];

const setRequest = (
  element,
  { customer, username, wsUrl, key, keyId, authorizationToken, transactionData },
) =>
  Object.assign(element, {
    customer,
    username,
    wsURL: wsUrl,
    key,
    keyID: keyId,
    authorizationToken,
    transactionData,
  });

const makeElement = async (tag) => {
  await import('/sdk-web-components/bundle.js').catch(() => {
    throw new BankError({
      code: 'COMPONENTS_MISSING',
      message:
        'The camera component did not load. Reload the page; on a fresh checkout, build the web components.',
    });
  });
  const element = document.createElement(tag);
  return Object.assign(element, {
    lang: 'en',
    localizationPacks: withoutCancel,
    disableSteps: ['stm-choice', 'stm-qrcode'],
    enableCameraInstructions: tag === 'kl-enroll',
    enableWasmPthreads: globalThis.crossOriginIsolated === true,
    wsTimeout: 60_000,
  });
};

/**
 * Shows the camera until a face has signed, or the person gives up.
 *
 * @param {object} step
 * @param {'kl-enroll' | 'kl-auth'} step.tag
 * @param {string} step.title
 * @param {string} step.text
 * @param {{ payee: string, amount: string }} [step.order] what is being approved, as the person reads it
 * @param {() => Promise<object>} step.begin asks the bank for a new approval; each attempt needs one of its own
 * @param {(error: Error) => void} step.onProblem told when another approval can't be had
 * @returns {Promise<{ approval: string, jwt: string } | undefined>} undefined: given up
 */
export const askForFace = async ({ tag, title, text, order, begin, onProblem }) => {
  let request = await begin();
  const element = setRequest(await makeElement(tag), request);
  at('face-title').textContent = title;
  at('face-text').textContent = text;
  at('face-order').hidden = order === undefined;
  at('face-amount').textContent = order ? `${order.amount} EUR` : '';
  at('face-payee').textContent = order?.payee ?? '';
  at('face-host').replaceChildren(element);
  at('face').hidden = false;
  at('face-title').focus();
  return new Promise((resolve) => {
    const end = (result) => {
      element.remove();
      at('face').hidden = true;
      resolve(result);
    };
    const giveUp = (error) => {
      if (error) onProblem(error);
      end(undefined);
    };
    at('face-cancel').onclick = () => giveUp();
    element.addEventListener('finished', ({ detail }) => {
      at('face-cancel').onclick = null;
      setTimeout(end, DONE_SHOWN_MS, { approval: request.approval, jwt: detail.jwt });
    });
    // Token and approval work once, so the element gets new ones for the next try.
    element.addEventListener('error', () =>
      begin().then((next) => {
        request = next;
        setRequest(element, next);
      }, giveUp),
    );
  });
};
