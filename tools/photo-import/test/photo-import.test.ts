import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPhotoImport } from '../src/index.ts';
import { busy, filterAnswer, startFakeAgent } from './fake-agent.ts';

let agent: Awaited<ReturnType<typeof startFakeAgent>>;
let dir: string;
let stop: AbortController;
beforeEach(async () => {
  agent = await startFakeAgent();
  dir = mkdtempSync(join(tmpdir(), 'photo-import-'));
  mkdirSync(join(dir, 'photos/team'), { recursive: true });
  stop = new AbortController();
  for (const file of ['a.jpg', 'b.PNG', 'team/c.bmp']) photo(file);
  writeFileSync(join(dir, 'photos/notes.txt'), 'no photo');
});
afterEach(async () => {
  await agent.stop();
  rmSync(dir, { recursive: true });
});

const photo = (file: string, text = `photo ${file}`) => writeFileSync(join(dir, 'photos', file), text);
const out = (file: string) => readFileSync(join(dir, 'out', file), 'utf8');
const journal = () => out('journal-online.jsonl');
const sent = () => agent.seen.map((request) => request.photo).sort();

const run = async (...more: string[]) => {
  const text = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (part: string) => {
      text[name] += part;
    },
  });
  const waits: number[] = [];
  const args = ['--agent', agent.url, '--photos', 'photos', '--out', 'out', ...more];
  const code = await runPhotoImport(args, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    workingDir: dir,
    signal: stop.signal,
    patience: { wait: async (delayMs) => void waits.push(delayMs), random: () => 0.5 },
  });
  return { code, waits, ...text };
};

describe('importing a folder of photos', () => {
  it('enrolls every photo and keeps its client state for the owner alone', async () => {
    const { code, stdout, stderr } = await run();
    expect(code).toBe(0);
    expect(stdout).toContain('3 photos: 3 enrolled, 0 refused, 0 failed, 0 not looked at');
    expect(stderr).toContain('3/3, 3 enrolled');
    expect(sent()).toEqual(['photo a.jpg', 'photo b.PNG', 'photo team/c.bmp']);
    expect(
      agent.seen.every(({ path, scenario }) => path === '/v1/online-enrollment' && scenario === 'SELFIE'),
    ).toBe(true);
    const names = readdirSync(join(dir, 'out/states-online'));
    expect(names.length).toBe(3);
    const states = names.map((name) => JSON.parse(out(`states-online/${name}`)));
    expect(states.map(({ clientState }) => clientState).sort()).toEqual(
      sent().map((text) => `client state of ${text}`),
    );
    for (const name of names) expect(statSync(join(dir, 'out/states-online', name)).mode & 0o777).toBe(0o600);
    expect(journal() + out('report.csv') + out('report.html')).not.toContain('client state of');
    expect(out('report.csv').split('\r\n')[3]).toMatch(/^team\/c\.bmp,c,enrolled,[0-9A-F]{64},,,,$/);
  });

  it('takes users and scenarios from a mapping, and those photos alone', async () => {
    writeFileSync(
      join(dir, 'people.csv'),
      '\uFEFFfile,externalUserId,scenario\r\na.jpg,"Ada, the first",DOCUMENT\r\nteam\\c.bmp,carl,\r\n',
    );
    expect((await run('--mapping', 'people.csv', '--scenario', 'TRUSTED_SOURCE')).code).toBe(0);
    expect(agent.seen.map(({ photo, scenario }) => `${photo} ${scenario}`).sort()).toEqual([
      'photo a.jpg DOCUMENT',
      'photo team/c.bmp TRUSTED_SOURCE',
    ]);
    expect(out('report.csv')).toContain('a.jpg,"Ada, the first",enrolled');
  });

  it('keeps offline server states, apart from an online import in the same folder', async () => {
    await run();
    expect((await run('--mode', 'offline')).code).toBe(0);
    expect(agent.seen.filter(({ path }) => path === '/v1/offline-enrollment').length).toBe(3);
    const [name] = readdirSync(join(dir, 'out/states-offline'));
    expect(JSON.parse(out(`states-offline/${name}`)).serverState).toBe('server');
  });

  it('sends no more photos at a time than told', async () => {
    for (let index = 0; index < 12; index++) photo(`many ${index}.jpg`);
    expect((await run('--concurrency', '3')).code).toBe(0);
    expect(agent.load.most).toBeLessThanOrEqual(3);
    expect(agent.load.most).toBeGreaterThan(1);
  });
});

describe('what is refused', () => {
  it('is reported with filters, values and thresholds, and never sent again', async () => {
    photo('=1+1.jpg', 'blurred');
    agent.script.set('blurred', [filterAnswer]);
    const { code, stdout } = await run();
    expect(code).toBe(3);
    expect(stdout).toContain('3 enrolled, 1 refused');
    const rows = out('report.csv')
      .split('\r\n')
      .filter((row) => row.startsWith("'=1+1"));
    expect(rows).toEqual([
      `'=1+1.jpg,'=1+1,refused,,eyes_closed,0.912345,0.5,"eyes_closed: the eyes are <closed>; image_blurred: ""blurred"""`,
      `'=1+1.jpg,'=1+1,refused,,image_blurred,12,40,"eyes_closed: the eyes are <closed>; image_blurred: ""blurred"""`,
    ]);
    const html = out('report.html');
    expect(html).toContain('<code>eyes_closed</code> 0.9123, threshold 0.5');
    expect(html).toContain('the eyes are &lt;closed&gt;');
    expect(html).not.toContain('<closed>');
    expect(html).not.toContain('a.jpg');
    const before = agent.seen.length;
    expect((await run()).code).toBe(3);
    expect(agent.seen.length).toBe(before);
  });

  it('shows names of files as text in the page', async () => {
    photo('<img src=x onerror=alert(1)>&.jpg', 'bad');
    agent.script.set('bad', [{ status: 400, body: {} }]);
    await run();
    expect(out('report.html')).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;.jpg');
    expect(out('report.html')).not.toContain('<img');
  });

  it('includes what is too large, unsent', async () => {
    writeFileSync(join(dir, 'photos/huge.jpg'), Buffer.alloc(12 * 1024 * 1024 + 1));
    expect((await run()).code).toBe(3);
    expect(out('report.csv')).toContain('huge.jpg,huge,refused,,,,,IMAGE_TOO_LARGE');
    expect(agent.seen.length).toBe(3);
  });
});

describe('a busy agent', () => {
  it('is asked again after the time it names, with jitter on top', async () => {
    agent.script.set('photo a.jpg', [busy(429, '2'), busy(503), busy(503, '3600')]);
    const { code, waits } = await run('--concurrency', '1');
    expect(code).toBe(0);
    expect(waits).toEqual([2_250, 500, 31_000]);
    expect(sent().filter((text) => text === 'photo a.jpg').length).toBe(4);
  });

  it('fails a photo at last; the next run tries it again', async () => {
    agent.script.set(
      'photo a.jpg',
      Array.from({ length: 10 }, () => busy(503)),
    );
    expect(await run()).toMatchObject({ code: 3 });
    expect(out('report.csv')).toContain('a.jpg,a,failed,,,,,TOO_MANY_REQUESTS: Busy.');
    agent.seen.length = 0;
    expect(await run()).toMatchObject({ code: 0 });
    expect(sent()).toEqual(['photo a.jpg']);
  });

  it('that loses a connection is not asked twice for the same photo in one run', async () => {
    agent.script.set('photo a.jpg', [{ status: 0, body: {} }]);
    expect(await run()).toMatchObject({ code: 3, waits: [] });
    expect(sent().filter((text) => text === 'photo a.jpg').length).toBe(1);
    expect(out('report.csv')).toContain('a.jpg,a,failed,,,,,connection lost');
  });
});

describe('resuming', () => {
  it('sends nothing twice, but a photo that was exchanged', async () => {
    await run();
    photo('a.jpg', 'a better photo');
    agent.seen.length = 0;
    expect(await run()).toMatchObject({ code: 0 });
    expect(sent()).toEqual(['a better photo']);
  });

  it('finds a client state that a killed run had saved and not noted', async () => {
    await run();
    rmSync(join(dir, 'out/journal-online.jsonl'));
    agent.seen.length = 0;
    expect(await run()).toMatchObject({ code: 0 });
    expect(agent.seen).toEqual([]);
    expect(journal().trim().split('\n').length).toBe(3);
  });

  it('takes away a line that was cut off', async () => {
    await run();
    appendFileSync(join(dir, 'out/journal-online.jsonl'), '{"file":"d.jpg","sha');
    photo('d.jpg');
    expect(await run()).toMatchObject({ code: 0 });
    for (const line of journal().trim().split('\n')) JSON.parse(line);
    expect(journal().trim().split('\n').length).toBe(4);
  });

  it('goes on where an interrupted run ended', async () => {
    for (let index = 0; index < 10; index++) photo(`x${index}.jpg`);
    agent.onPhoto(() => stop.abort());
    const first = await run('--concurrency', '1');
    expect(first.code).toBe(130);
    expect(first.stdout).toContain('1 enrolled, 0 refused, 0 failed, 12 not looked at');
    stop = new AbortController();
    agent.onPhoto(() => {});
    expect(await run()).toMatchObject({ code: 0 });
    expect(new Set(sent()).size).toBe(sent().length);
  });

  it('keeps a second run out, and takes over from one that died', async () => {
    mkdirSync(join(dir, 'out'));
    writeFileSync(join(dir, 'out/lock'), String(process.pid));
    const refused = await run();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('another run');
    writeFileSync(join(dir, 'out/lock'), '4194305');
    expect(await run()).toMatchObject({ code: 0 });
    expect(readdirSync(join(dir, 'out'))).not.toContain('lock');
  });
});

describe('faults of the set-up', () => {
  it.each<[string, string[], number, string]>([
    ['a folder that is not there', ['--photos', 'nowhere'], 1, 'cannot read the folder'],
    ['an agent that is not there', ['--agent', 'http://127.0.0.1:1'], 1, 'no enrollment-agent answers'],
    ['a mapping that is not there', ['--mapping', 'nowhere.csv'], 1, 'cannot be read'],
    ['a wrong address', ['--agent', 'ftp://host'], 2, '--agent is no http'],
    ['a wrong count', ['--concurrency', '0'], 2, '--concurrency is a number'],
    ['a wrong mode', ['--mode', 'both'], 2, '--mode is online or offline'],
    ['a wrong scenario', ['--scenario', 'PASSPORT'], 2, '--scenario is'],
    ['an unknown option', ['--colour'], 2, 'colour'],
  ])('are one clear line: %s', async (_name, args, code, line) => {
    const answer = await run(...args);
    expect(answer.code).toBe(code);
    expect(answer.stderr.split('\n')[0]).toContain(line);
    expect(agent.seen).toEqual([]);
  });

  it.each([
    ['file,externalUserId\nnowhere.jpg,x\n', 'not in the folder: nowhere.jpg'],
    ['a.jpg,x\na.jpg,y\n', 'row 2: the file is named twice'],
    ['a.jpg,\n', 'row 1 lacks'],
    ['a.jpg,x,PASSPORT\n', 'row 1: unknown scenario'],
    ['"a.jpg,x\n', 'cannot read line 1'],
  ])('include a mapping like %j', async (mapping, line) => {
    writeFileSync(join(dir, 'people.csv'), mapping);
    const answer = await run('--mapping', 'people.csv');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain(line);
  });

  it('end the run when the agent can’t enroll online at all', async () => {
    const notOnline = { status: 409, body: {} };
    for (const text of ['photo a.jpg', 'photo b.PNG', 'photo team/c.bmp'])
      agent.script.set(text, [notOnline]);
    const answer = await run('--concurrency', '1');
    expect(answer).toMatchObject({ code: 1 });
    expect(answer.stderr).toContain('--mode offline');
    expect(agent.seen.length).toBe(1);
  });

  it('do not include asking for help', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('usage: photo-import'),
    });
  });
});
