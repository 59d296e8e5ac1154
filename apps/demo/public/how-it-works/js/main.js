import { authenticate, DemoError, deleteUser, enroll, listUsers } from './api.js';
import { showFlow } from './flow-picture.js';
import { normalizeName, transactionText } from './format.js';
import { showJwt } from './jwt-view.js';
import { showParties } from './party-view.js';
import { createPeopleList } from './people-list.js';
import { createPhotoField } from './photo-field.js';
import { showTimings } from './timings-view.js';
import { createVerdictView } from './verdict-view.js';

const at = (id) => document.getElementById(id);
const enrollForm = at('enroll');
const authenticateForm = at('authenticate');
const verdict = createVerdictView(at('verdict'));

const problemOf = (form) => (text) => at(`${form.id}-problem`).replaceChildren(text);
const enrollPhoto = createPhotoField(at('enroll-photo'), {
  label: 'Photo of the face to enroll',
  onProblem: problemOf(enrollForm),
});
const authenticatePhoto = createPhotoField(at('authenticate-photo'), {
  label: 'Another photo',
  onProblem: problemOf(authenticateForm),
});

const showSeen = ({ timings, services, jwt }) => {
  showJwt(at('jwt'), jwt);
  showTimings(at('timings'), timings);
  showParties(at('parties'), services);
  showFlow(at('picture'), services);
  at('flow-lead').replaceChildren(
    services
      ? 'This is what the last request made each of them see.'
      : 'The last request did not get as far as the services.',
  );
};

const showResult = (announce, seen) => {
  const result = at('result');
  result.hidden = false;
  showSeen(seen);
  announce();
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  result.scrollIntoView({ behavior: isCalm ? 'auto' : 'smooth', block: 'start' });
};

const people = createPeopleList(at('people'), { onDelete: (name) => confirmDelete(name) });
const refreshPeople = async (chosen) =>
  people.show(
    (await listUsers()).map(({ name }) => name),
    chosen,
  );

/** One request at a time; failures become part of the result. */
let isBusy = false;
const whileBusy = async (button, busyText, work) => {
  if (isBusy) return;
  isBusy = true;
  const text = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.replaceChildren(busyText);
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    showResult(() => verdict.failed(error.body.error), error.body);
  } finally {
    isBusy = false;
    button.setAttribute('aria-disabled', 'false');
    button.replaceChildren(text);
  }
};

const missing = (form, text, field) => {
  problemOf(form)(text);
  field.focus();
};

enrollForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const field = enrollForm.elements.namedItem('name');
  const name = normalizeName(field.value);
  const picture = enrollPhoto.picture();
  if (name === '') return missing(enrollForm, 'Please give a name of letters or digits.', field);
  if (picture === undefined) return missing(enrollForm, 'Please choose a photo.', enrollPhoto);
  problemOf(enrollForm)('');
  whileBusy(event.submitter ?? enrollForm.querySelector('.primary'), 'Enrolling…', async () => {
    const answer = await enroll(name, picture);
    field.value = '';
    enrollPhoto.clear();
    showResult(() => verdict.enrolled(answer), answer);
    await refreshPeople(name);
  });
});

const transactionFields = () => ({
  amount: authenticateForm.elements.namedItem('amount').value,
  payee: authenticateForm.elements.namedItem('payee').value,
});
const previewTransaction = () =>
  at('transaction-preview').replaceChildren(transactionText(transactionFields()));
authenticateForm.querySelector('.transaction').addEventListener('input', previewTransaction);

authenticateForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = people.chosen();
  const picture = authenticatePhoto.picture();
  if (name === undefined) return missing(authenticateForm, 'Please enroll somebody first.', at('name'));
  if (picture === undefined) return missing(authenticateForm, 'Please choose a photo.', authenticatePhoto);
  problemOf(authenticateForm)('');
  whileBusy(event.submitter ?? authenticateForm.querySelector('.primary'), 'Comparing…', async () => {
    const answer = await authenticate(name, picture, transactionText(transactionFields()));
    showResult(() => verdict.matched(answer), answer);
  });
});

const confirmDelete = (name) => {
  const dialog = at('confirm');
  at('confirm-name').replaceChildren(name);
  dialog.returnValue = 'cancel';
  dialog.onclose = () => {
    if (dialog.returnValue !== 'delete') return;
    whileBusy(dialog.querySelector('.danger'), 'Deleting…', async () => {
      const answer = await deleteUser(name);
      showResult(() => verdict.deleted(answer), answer);
      await refreshPeople();
    });
  };
  dialog.showModal();
};

showFlow(at('picture'));
showParties(at('parties'));
previewTransaction();
people.show([]);
refreshPeople().catch((error) => {
  if (!(error instanceof DemoError)) throw error;
  showResult(() => verdict.failed(error.body.error), error.body);
});
