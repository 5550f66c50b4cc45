// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What a caller of an exchange needs, straight from the protos: push, stream, watch, reasons.

import { createHash } from 'node:crypto';
import path from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const CHUNK_BYTES = 1 << 20;
const MESSAGE_BYTES = 256 << 10;
const SERVICES = ['record', 'change', 'dataset', 'agency'];

/** Reads the schema below a folder of protos. */
export function loadSchema(protos) {
  const definition = protoLoader.loadSync(
    SERVICES.map((name) => `puente/exchange/v1/${name}_service.proto`),
    { includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true,
      oneofs: true });
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) => path.join(protos, target);
  root.loadSync(['puente/v1/record.proto', 'google/rpc/status.proto',
    'google/rpc/error_details.proto'], { keepCase: true });
  root.resolveAll();
  return {
    v1: grpc.loadPackageDefinition(definition).puente.exchange.v1,
    Record: root.lookupType('puente.v1.Record'),
    Status: root.lookupType('google.rpc.Status'),
    ErrorInfo: root.lookupType('google.rpc.ErrorInfo'),
  };
}

/** The reason and its facts in a google.rpc.Status; null when it has none. */
export function reasonOfStatus(schema, status) {
  for (const detail of status.details) {
    if (detail.type_url === 'type.googleapis.com/google.rpc.ErrorInfo') {
      const info = schema.ErrorInfo.decode(detail.value);
      return { reason: info.reason, domain: info.domain, metadata: info.metadata };
    }
  }
  return null;
}

/** The same of an error of a call: it comes in the trailing metadata. */
export function reasonOf(schema, error) {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  return details === undefined ? null : reasonOfStatus(schema, schema.Status.decode(details));
}

/** A record as bytes, with the name and digest to offer it by. */
export function makeRecord(schema, id, ordinal, content) {
  const bytes = schema.Record.encode({ identity: { id, ordinal }, ...content }).finish();
  // The digest is of the content alone (docs/spec/digest.md). This writer sorts fields by number.
  const digest = createHash('sha256').update(schema.Record.encode(content).finish()).digest();
  return { id, ordinal, bytes: Buffer.from(bytes), digest };
}

/** True when the server or the connection went away, and the same may well succeed later. */
function isCut(error) {
  return error.code === grpc.status.UNAVAILABLE;
}

const pause = () => new Promise((resolve) => { setTimeout(resolve, 100); });

/** Tries again what was cut, 30 seconds at most. `work` is told how often it was cut. */
async function patiently(work) {
  const end = Date.now() + 30_000;
  for (let cuts = 0; ; cuts += 1) {
    try {
      return await work(cuts);
    } catch (error) {
      if (!isCut(error) || Date.now() > end) throw error;
      await pause();
    }
  }
}

/** A connection with a token. */
export class Exchange {
  constructor(schema, address, token) {
    this.schema = schema;
    this.metadata = new grpc.Metadata();
    if (token) this.metadata.set('authorization', `Bearer ${token}`);
    // Plaintext goes to this machine only: no proxy of the environment may see the token.
    const options = {
      'grpc.enable_http_proxy': 0,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 1000,
    };
    const open = (name) => new schema.v1[name](address, grpc.credentials.createInsecure(), options);
    this.records = open('RecordService');
    this.changes = open('ChangeService');
    this.agencies = open('AgencyService');
  }

  close() {
    for (const stub of [this.records, this.changes, this.agencies]) stub.close();
  }

  /** A unary call that is safe to repeat. */
  call(service, method, request) {
    return patiently(() => new Promise((resolve, reject) => {
      this[service][method](request, this.metadata, { deadline: Date.now() + 30_000 },
        (error, response) => (error ? reject(error) : resolve(response)));
    }));
  }

  /**
   * A push over as many streams as it takes: its summary, what became of each number, what was
   * sent, and how often it was cut.
   */
  async push(parent, requestId, records, options = {}) {
    const verdicts = new Map();
    const counts = { offered: 0, sent: 0, cuts: 0 };
    const summary = await patiently((cuts) => {
      counts.cuts = cuts;
      return this.pushStream(parent, requestId, records, verdicts, counts, options);
    });
    return { summary, verdicts, counts };
  }

  /** One stream of a push. What had a verdict before is durable, and not sent again. */
  pushStream(parent, requestId, records, verdicts, counts, options) {
    const { offers = true, mode = 'PUSH_MODE_UPSERT', afterVerdicts = () => {} } = options;
    return new Promise((resolve, reject) => {
      const stream = this.records.PushRecords(this.metadata);
      const waiting = [];
      let through = 0;
      let credit = 0;
      let summary = null;
      let committed = false;
      const send = (message, size) => waiting.push({ message, size });
      const flush = () => {
        // The server says how many bytes may be under way; more would end the stream.
        while (waiting.length && waiting[0].size <= credit) {
          const { message, size } = waiting.shift();
          credit -= size;
          stream.write(message);
        }
        const open = records.some((r, i) => i + 1 > through && !verdicts.has(i + 1));
        if (!open && !waiting.length && !committed) {
          committed = true;
          stream.write({ commit: {} });
        }
      };
      const write = (seqs) => {
        let batch = [];
        let size = 0;
        const end = () => {
          if (batch.length) send({ writes: { writes: batch } }, size + 64 * batch.length);
          batch = [];
          size = 0;
        };
        for (const seq of seqs) {
          const { bytes, ifGeneration } = records[seq - 1];
          const condition = offers || ifGeneration === undefined ? {}
            : { if_generation: ifGeneration };
          counts.sent += 1;
          if (bytes.length <= CHUNK_BYTES) {
            batch.push({ seq, record: bytes, ...condition });
            size += bytes.length;
            if (size > MESSAGE_BYTES) end();
            continue;
          }
          end();
          for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
            const data = bytes.subarray(offset, offset + CHUNK_BYTES);
            send({ writes: { writes: [{ seq, ...condition,
              chunk: { offset, data, total_bytes: bytes.length } }] } }, data.length + 128);
          }
        }
        end();
      };
      const begin = () => {
        const seqs = records.map((r, i) => i + 1).filter((s) => s > through && !verdicts.has(s));
        if (!offers) {
          write(seqs);
          return;
        }
        for (let at = 0; at < seqs.length; at += 1000) {
          const batch = seqs.slice(at, at + 1000).map((seq) => {
            const { id, ordinal, digest, ifGeneration } = records[seq - 1];
            return { seq, id, ordinal, digest,
              ...(ifGeneration === undefined ? {} : { if_generation: ifGeneration }) };
          });
          counts.offered += batch.length;
          send({ offers: { offers: batch } }, batch.reduce((n, o) => n + o.id.length + 64, 0));
        }
      };
      stream.on('data', (answer) => {
        if (answer.event === 'opened') {
          through = answer.opened.through_seq;
          credit = answer.opened.credit_bytes;
          begin();
        } else if (answer.event === 'need') {
          write(answer.need.seqs);
        } else if (answer.event === 'verdicts') {
          for (const verdict of answer.verdicts.verdicts) verdicts.set(verdict.seq, verdict);
          credit += answer.verdicts.credit_bytes;
          afterVerdicts(verdicts.size);
        } else {
          summary = answer.summary;
          stream.end();
          return;
        }
        flush();
      });
      stream.on('error', reject);
      stream.on('end', () => summary && resolve(summary));
      stream.write({ open: { parent, request_id: requestId, mode } });
    });
  }

  /** All records of a stream, read anew after a cut, and the token to watch from. */
  stream(request) {
    return patiently(() => new Promise((resolve, reject) => {
      const stream = this.records.StreamRecords(request, this.metadata);
      const records = [];
      let watchToken = null;
      stream.on('data', (message) => {
        for (const record of message.records) {
          // A record over 1 MiB has no bytes here; chunks follow.
          records.push({ ...record, record: record.record ?? Buffer.alloc(0) });
        }
        if (message.chunk) {
          const last = records[records.length - 1];
          last.record = Buffer.concat([last.record, message.chunk.data]);
        }
        if (message.complete) watchToken = message.watch_token;
      });
      stream.on('error', reject);
      stream.on('end', () => (watchToken === null ? reject(new Error('the stream was cut'))
        : resolve({ records, watchToken })));
    }));
  }

  /**
   * Watches until `done(changes)` holds, over cuts: each change once. Resolves to the changes, the
   * last token and how often the stream was opened.
   */
  async watch(request, done) {
    const changes = [];
    let token = request.resume_token ?? '';
    let opened = 0;
    await patiently(async () => {
      while (!done(changes)) {
        opened += 1;
        const { start, ...rest } = request;
        await this.watchStream(token ? { ...rest, resume_token: token } : request, (message) => {
          // The changes of a message and its token belong together: all or none.
          changes.push(...message.changes);
          if (message.resume_token) token = message.resume_token;
          return done(changes);
        });
      }
    });
    return { changes, token, opened };
  }

  /** One stream of a watch, until `take` has enough or it ends. */
  watchStream(request, take) {
    return new Promise((resolve, reject) => {
      const stream = this.changes.WatchChanges(request, this.metadata);
      let enough = false;
      stream.on('data', (message) => {
        if (enough || !take(message)) return;
        enough = true;
        stream.cancel();
        resolve();
      });
      stream.on('error', (error) => (enough ? resolve() : reject(error)));
      stream.on('end', resolve);
    });
  }
}
