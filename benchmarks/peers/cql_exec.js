// Peer: cql-execution with cql-exec-fhir. node cql_exec.js EXPORT QUESTION.json together|apart > answers.ndjson
// together: every file, all patients in one call, as its manual shows it. apart: only the types that the question
// reads, one patient after the other; the engine lets go of each, and is a quarter faster.
// Run in the folder that holds node_modules; times apart go to stderr as one JSON line.
'use strict';

const started = process.hrtime.bigint();
const fs = require('fs');
const { createRequire } = require('module');
const installed = createRequire(`${process.cwd()}/`);
const cql = installed('cql-execution');
const fhir = installed('cql-exec-fhir');
const elm = require('./elm');
const { bundles } = require('./bundles');

const since = mark => Number(process.hrtime.bigint() - mark) / 1e9;

const ASKED = ['Patient', 'Condition', 'MedicationRequest', 'Encounter'];

async function main([folder, asked, mode]) {
  const question = JSON.parse(fs.readFileSync(asked, 'utf8'));
  const sets = {};
  for (const name of ['breast_cancer', 'metastasis', 'orders']) {
    sets[`${elm.URL}${name}`] = { '': elm.codesOf(question, name) };
  }
  const source = fhir.PatientSource.FHIRv401();
  const start = since(started);

  let mark = process.hrtime.bigint();
  const held = bundles(folder, mode === 'apart' ? ASKED : [...ASKED, 'Observation']);
  const turns = mode === 'apart' ? held.map(each => [each]) : [held];
  const load = since(mark);

  mark = process.hrtime.bigint();
  const executor = new cql.Executor(new cql.Library(elm.library(question)), new cql.CodeService(sets));
  const noon = cql.DateTime.fromJSDate(new Date('2024-06-30T12:00:00Z'), 0);
  const rows = [];
  for (const turn of turns) {
    source.reset();
    source.loadBundles(turn.splice(0));
    const { patientResults } = await executor.exec(source, noon);
    for (const [id, found] of Object.entries(patientResults)) {
      const first = found.FirstOrder ? found.FirstOrder.toString() : null;
      rows.push({ id, in: found.In, first_order: first, orders: found.Orders, encounters: found.Encounters });
    }
  }
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  fs.writeSync(1, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  process.stderr.write(`${JSON.stringify({ start, load, execute: since(mark) })}\n`);
}

main(process.argv.slice(2));
