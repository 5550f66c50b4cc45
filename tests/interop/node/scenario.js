// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The scenarios: push, repeated push, conflict, pull, watch over restarts, reasons of errors.
//
// Started by run_node.py, which answers a line `restart` or `kill` on stdout with a line on stdin
// once the server is back. Environment: PROTOS, ADDRESS, TOKEN, OTHER_TOKEN.

import assert from 'node:assert/strict';
import readline from 'node:readline';
import grpc from '@grpc/grpc-js';
import { Exchange, loadSchema, makeRecord, reasonOf, reasonOfStatus } from './exchange.js';

const { PROTOS, ADDRESS, TOKEN, OTHER_TOKEN } = process.env;
const schema = loadSchema(PROTOS);
const exchange = new Exchange(schema, ADDRESS, TOKEN);
const answers = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function restart(word) {
  process.stdout.write(`${word}\n`);
  const { value, done } = await answers.next();
  assert.ok(!done && value === 'done', `the server is not back: ${value}`);
}

const parentOf = (dataset) => `agencies/norte/datasets/${dataset}`;

function activity(id, title = `Acceso a agua ${id}`, ordinal = 0) {
  return makeRecord(schema, id, ordinal, {
    activity: { iati_identifier: id, title: { narratives: [{ text: title, lang: 'es' }] } },
  });
}

function activities(count, prefix = 'a') {
  return Array.from({ length: count }, (_, i) => activity(`${prefix}${i}`));
}

async function refused(reason, code, promise) {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, `${reason} was expected, but the call succeeded`);
  const found = reasonOf(schema, error);
  assert.equal(found?.reason, reason, error.message);
  assert.equal(found.domain, 'puente.exchange');
  assert.equal(error.code, code);
  return found.metadata;
}

const countsOf = ({ summary }) => [summary.created, summary.updated, summary.unchanged,
  summary.deleted, summary.rejected, summary.conflicts];

async function pulled(dataset) {
  return exchange.stream({ parent: parentOf(dataset) });
}

function checkBytes(records, expected) {
  assert.equal(records.length, expected.length);
  records.forEach((record, i) => {
    assert.ok(record.record.equals(expected[i].bytes), `bytes of ${record.name}`);
    assert.ok(record.digest.equals(expected[i].digest), `digest of ${record.name}`);
  });
}

const scenarios = {
  async 'an offered push, and its bytes again'() {
    const records = activities(2500);
    const done = await exchange.push(parentOf('offered'), 'offered-1', records);
    assert.deepEqual(countsOf(done), [2500, 0, 0, 0, 0, 0]);
    assert.deepEqual(done.counts, { offered: 2500, sent: 2500, cuts: 0 });
    const found = await pulled('offered');
    checkBytes(found.records, records);
    assert.equal(found.records[7].name, `${parentOf('offered')}/records/a7`);
  },

  async 'a repeated push sends no record'() {
    const records = activities(2500);
    records[3] = activity('a3', 'otro');
    const done = await exchange.push(parentOf('offered'), 'offered-2', records);
    assert.deepEqual(countsOf(done), [0, 1, 2499, 0, 0, 0]);
    assert.deepEqual(done.counts, { offered: 2500, sent: 1, cuts: 0 });
    assert.equal(done.verdicts.get(4).outcome, 'OUTCOME_UPDATED');
    assert.equal(done.verdicts.get(4).generation, 2);
  },

  async 'a direct push'() {
    const records = activities(1200);
    const done = await exchange.push(parentOf('direct'), 'direct-1', records, { offers: false });
    assert.deepEqual(countsOf(done), [1200, 0, 0, 0, 0, 0]);
    checkBytes((await pulled('direct')).records, records);
  },

  async 'a push that ended tells its summary again'() {
    const first = await exchange.push(parentOf('again'), 'again-1', activities(20));
    const again = await exchange.push(parentOf('again'), 'again-1', activities(20));
    assert.equal(first.summary.replayed, false);
    assert.equal(again.summary.replayed, true);
    assert.deepEqual(countsOf(again), countsOf(first));
    assert.equal(again.summary.revision, first.summary.revision);
  },

  async 'conflicts are verdicts with a reason'() {
    await exchange.push(parentOf('conflict'), 'conflict-1', [activity('x', 'uno')]);
    await exchange.push(parentOf('conflict'), 'conflict-2', [activity('x', 'dos')]);
    for (const offers of [true, false]) {
      const done = await exchange.push(parentOf('conflict'), `conflict-3-${offers}`, [
        { ...activity('x', 'tres'), ifGeneration: 1 },
        { ...activity(`y-${offers}`), ifGeneration: 0 }], { offers });
      assert.deepEqual(countsOf(done), [1, 0, 0, 0, 0, 1]);
      const verdict = done.verdicts.get(1);
      assert.equal(verdict.outcome, 'OUTCOME_CONFLICT');
      const found = reasonOfStatus(schema, verdict.status);
      assert.equal(found.reason, 'GENERATION_CONFLICT');
      assert.equal(found.metadata.generation, '2');
    }
    const done = await exchange.push(parentOf('conflict'), 'conflict-4',
      [{ ...activity('x', 'tres'), ifGeneration: 2 }]);
    assert.deepEqual(countsOf(done), [0, 1, 0, 0, 0, 0]);
  },

  async 'a record of 3 MiB travels in chunks'() {
    const text = Array.from({ length: 400_000 }, (_, i) => (i * 2654435761 % 2 ** 32)
      .toString(16).padStart(8, '0')).join('');
    for (const offers of [true, false]) {
      const records = [activity('before'), activity('large', text), activity('behind')];
      const done = await exchange.push(parentOf(`large-${offers}`), `large-${offers}`, records,
        { offers });
      assert.deepEqual(countsOf(done), [3, 0, 0, 0, 0, 0]);
      checkBytes((await pulled(`large-${offers}`)).records, records);
    }
    await refused('RECORD_TOO_LARGE', grpc.status.RESOURCE_EXHAUSTED, exchange.call('records',
      'GetRecord', { name: `${parentOf('large-true')}/records/large` }));
  },

  async 'pages'() {
    const names = [];
    let token = '';
    do {
      const page = await exchange.call('records', 'ListRecords',
        { parent: parentOf('direct'), page_size: 500, page_token: token });
      names.push(...page.records.map((r) => r.name));
      token = page.next_page_token;
    } while (token);
    assert.deepEqual(names, activities(1200).map((r) => `${parentOf('direct')}/records/${r.id}`));
  },

  async 'a watch over restarts tells each change once'() {
    const head = await exchange.call('changes', 'GetHead', {});
    const total = 8 * 30;
    const watching = exchange.watch({ parent: 'agencies/-/datasets/-',
      resume_token: head.watch_token, view: 'RECORD_VIEW_FULL' },
      (changes) => changes.length >= total);
    for (let round = 0; round < 8; round += 1) {
      const done = await exchange.push(parentOf('watched'), `watched-${round}`,
        activities(30, `r${round}-`));
      assert.equal(done.summary.created, 30);
      if (round % 2 === 0) await restart(round % 4 === 0 ? 'kill' : 'restart');
    }
    const { changes, token, opened } = await watching;
    assert.ok(opened >= 4, `the stream was opened ${opened} times`);
    assert.equal(changes.length, total);
    const first = changes[0].record.revision;
    changes.forEach((change, i) => {
      assert.equal(change.kind, 'KIND_CREATED');
      assert.equal(change.record.revision, first + i);
      const expected = activity(`r${Math.floor(i / 30)}-${i % 30}`);
      assert.ok(change.record.record.equals(expected.bytes));
    });
    // Nothing more is told behind the last token than what comes then.
    await exchange.push(parentOf('watched'), 'watched-last', [activity('last')]);
    const rest = await exchange.watch({ parent: 'agencies/-/datasets/-', resume_token: token },
      (found) => found.length >= 1);
    assert.deepEqual(rest.changes.map((c) => c.record.name),
      [`${parentOf('watched')}/records/last`]);
  },

  async 'a watch from the end of a stream'() {
    const { records, watchToken } = await pulled('watched');
    assert.equal(records.length, 8 * 30 + 1);
    const name = `${parentOf('watched')}/records/last`;
    const { record } = await exchange.call('records', 'DeleteRecord', { name, reason: 'doble' });
    assert.equal(record.deleted, true);
    const { changes } = await exchange.watch({ parent: parentOf('watched'),
      resume_token: watchToken }, (found) => found.length >= 1);
    assert.equal(changes[0].kind, 'KIND_DELETED');
    assert.equal(changes[0].delete_reason, 'doble');
    assert.equal(changes[0].record.name, name);
  },

  async 'a push goes on where it was cut'() {
    const records = activities(6000, 'c');
    let killing = null;
    const done = await exchange.push(parentOf('cut'), 'cut-1', records, {
      offers: false,
      afterVerdicts: (decided) => {
        if (killing === null && decided > 0) killing = restart('kill');
      },
    });
    await killing;
    assert.ok(done.counts.cuts > 0);
    assert.equal(done.summary.created + done.summary.unchanged, records.length);
    const found = await pulled('cut');
    checkBytes(found.records, records);
    assert.ok(found.records.every((r) => r.generation === 1));
  },

  async 'reasons of errors'() {
    const { UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND, INVALID_ARGUMENT,
      FAILED_PRECONDITION } = grpc.status;
    for (const [reason, token] of [['TOKEN_MISSING', ''], ['TOKEN_UNKNOWN', 'nobody']]) {
      const stranger = new Exchange(schema, ADDRESS, token);
      await refused(reason, UNAUTHENTICATED, stranger.call('changes', 'GetHead', {}));
      await refused(reason, UNAUTHENTICATED, stranger.push(parentOf('x'), 'x', []));
      await refused(reason, UNAUTHENTICATED, stranger.stream({ parent: parentOf('x') }));
      stranger.close();
    }
    const name = `${parentOf('direct')}/records/nada`;
    const facts = await refused('RECORD_NOT_FOUND', NOT_FOUND,
      exchange.call('records', 'GetRecord', { name }));
    assert.equal(facts.name, name);
    await refused('RECORD_DELETED', NOT_FOUND, exchange.call('records', 'GetRecord',
      { name: `${parentOf('watched')}/records/last` }));
    await refused('NAME_INVALID', INVALID_ARGUMENT, exchange.call('records', 'GetRecord',
      { name: 'nada' }));
    await refused('FILTER_INVALID', INVALID_ARGUMENT, exchange.stream(
      { parent: parentOf('direct'), filter: 'nada.de.esto = 1' }));
    await refused('RESUME_TOKEN_INVALID', INVALID_ARGUMENT, exchange.watch(
      { parent: parentOf('direct'), resume_token: 'nada' }, () => false));
    await refused('REQUEST_ID_REUSED', FAILED_PRECONDITION, exchange.push(parentOf('otro'),
      'direct-1', []));
    await refused('SCOPE_MISSING', PERMISSION_DENIED, exchange.call('agencies', 'ListTokens',
      { parent: 'agencies/norte' }));
    const other = new Exchange(schema, ADDRESS, OTHER_TOKEN);
    const mismatch = await refused('AGENCY_MISMATCH', PERMISSION_DENIED,
      other.push(parentOf('direct'), 'other-1', [activity('a')]));
    assert.equal(mismatch.agency, 'sur');
    other.close();
  },
};

let failed = 0;
for (const [name, run] of Object.entries(scenarios)) {
  const began = Date.now();
  let timer = null;
  try {
    await Promise.race([run(), new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no end after 60 seconds')), 60_000);
    })]);
    console.log(`ok      ${name}, ${Date.now() - began} ms`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${error.stack.replace(/\n/g, '\n        ')}`);
  }
  clearTimeout(timer);
}
console.log(`${Object.keys(scenarios).length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
