import { clearOutcome, showAccount, showOutcome } from './account-view.js';
import {
  BankError,
  beginEntry,
  beginPayment,
  closeAccount,
  finishEntry,
  finishPayment,
  readAccount,
  signOut,
} from './bank-api.js';
import { askForFace } from './face-step.js';
import { parseAmount, tenfold } from './money.js';

const at = (id) => document.getElementById(id);
const enterForm = at('enter');
const payForm = at('pay');
const enterProblem = at('enter-problem');
const payProblem = at('pay-problem');

const show = (view) => {
  for (const id of ['welcome', 'account']) at(id).hidden = id !== view;
  at('who').hidden = view !== 'account';
};
/** The camera has the page to itself. */
const showNothingElse = () => show('face');
const showWelcome = () => {
  show('welcome');
  at('welcome-title').focus({ preventScroll: true });
};
const enterAccount = (account) => {
  showAccount(account);
  show('account');
};

/** One thing at a time; what the bank refuses is shown at the form, anything else is a defect. */
let isBusy = false;
const whileBusy = async (problem, work) => {
  if (isBusy) return;
  isBusy = true;
  problem.textContent = '';
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BankError)) throw error;
    problem.textContent = error.message;
    if (error.code === 'NOT_SIGNED_IN') {
      enterProblem.textContent = error.message;
      showWelcome();
    }
  } finally {
    isBusy = false;
  }
};

const entryTexts = {
  'sign-up': {
    tag: 'kl-enroll',
    title: 'Open an account',
    text: 'Look into the camera to enroll your face.',
  },
  'sign-in': { tag: 'kl-auth', title: 'Sign in', text: 'Look into the camera. It takes a few seconds.' },
};

enterForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const way = enterForm.elements.way.value;
  const username = enterForm.elements.username.value.trim().toLowerCase();
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(username)) {
    enterProblem.textContent = 'A username has letters, digits and hyphens, such as ada or ada-2.';
    enterForm.elements.username.focus();
    return;
  }
  whileBusy(enterProblem, async () => {
    const answer = await askForFace({
      ...entryTexts[way],
      begin: async () => {
        const request = await beginEntry(way, username);
        showNothingElse();
        return request;
      },
      onProblem: (error) => {
        enterProblem.textContent = error.message;
      },
    }).catch((error) => {
      showWelcome();
      throw error;
    });
    if (answer === undefined) return showWelcome();
    try {
      enterAccount(await finishEntry(way, answer.approval, answer.jwt));
      clearOutcome();
      at('balance-title').focus();
    } catch (error) {
      showWelcome();
      throw error;
    }
  });
});

/** Nothing was booked; the history has a line about it. */
const showRefusal = async (approved, told, { reason }) => {
  showOutcome(
    'refused',
    'Refused. Nothing was booked.',
    `You approved ${approved.amount} EUR to ${approved.payee}; the bank was told ${told.amount} EUR (${reason}).`,
  );
  const account = await readAccount();
  if (account) showAccount(account);
};

const book = async (order, { approval, jwt }) => {
  const told = at('tamper').checked ? { ...order, amount: tenfold(order.amount) } : order;
  try {
    showAccount(await finishPayment(approval, told, jwt));
    showOutcome('paid', 'Paid.', `${order.amount} EUR to ${order.payee}, signed with your face.`);
  } catch (error) {
    if (error.code !== 'APPROVAL_REFUSED') throw error;
    await showRefusal(order, told, error);
  }
};

payForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const payee = payForm.elements.payee.value.trim();
  const amount = parseAmount(payForm.elements.amount.value);
  const missing = payee === '' ? 'payee' : amount === undefined ? 'amount' : undefined;
  if (missing) {
    payProblem.textContent = missing === 'payee' ? 'Who is to be paid?' : 'Give an amount such as 12.50.';
    payForm.elements[missing].focus();
    return;
  }
  clearOutcome();
  whileBusy(payProblem, async () => {
    const order = { payee, amount };
    let isAsked = false;
    try {
      const answer = await askForFace({
        tag: 'kl-auth',
        title: 'Confirm the payment',
        text: 'Your face signs exactly this.',
        order,
        begin: async () => {
          const request = await beginPayment(order);
          showNothingElse();
          isAsked = true;
          return request;
        },
        onProblem: (error) => {
          payProblem.textContent = error.message;
        },
      });
      show('account');
      if (answer) await book(order, answer);
    } finally {
      if (isAsked && at('welcome').hidden) show('account');
      payForm.querySelector('.primary').focus({ preventScroll: true });
      at('outcome').scrollIntoView({ block: 'nearest' });
    }
  });
});

at('sign-out').addEventListener('click', () =>
  whileBusy(payProblem, async () => {
    await signOut();
    showWelcome();
  }),
);

const confirmation = at('confirm');
at('leave').addEventListener('click', () => {
  confirmation.returnValue = 'keep';
  confirmation.showModal();
});
confirmation.addEventListener('close', () => {
  if (confirmation.returnValue !== 'delete') return;
  whileBusy(payProblem, async () => {
    await closeAccount();
    enterForm.reset();
    showWelcome();
    enterProblem.textContent = 'Your face is deleted and your account is closed.';
  });
});

const account = await readAccount().catch((error) => {
  enterProblem.textContent = error.message;
  return null;
});
if (account) enterAccount(account);
else show('welcome');
