// Peer: fqm-execution, the same ELM as a cohort Measure. node fqm_exec.js EXPORT QUESTION.json > answers.ndjson
// The initial population says who is in; the other columns are the measure's supplemental data.
'use strict';

const started = process.hrtime.bigint();
const fs = require('fs');
const { createRequire } = require('module');
const installed = createRequire(`${process.cwd()}/`);
const { Calculator } = installed('fqm-execution');
const elm = require('./elm');
const { bundles } = require('./bundles');

const since = mark => Number(process.hrtime.bigint() - mark) / 1e9;
const coded = (system, code) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] });

const COLUMNS = ['FirstOrder', 'Orders', 'Encounters'];

function measure(question) {
  const library = {
    resourceType: 'Library',
    id: 'Cohort',
    url: 'http://example.org/Library/Cohort',
    version: '1',
    status: 'active',
    type: coded('library-type', 'logic-library'),
    content: [
      {
        contentType: 'application/elm+json',
        data: Buffer.from(JSON.stringify(elm.library(question))).toString('base64'),
      },
    ],
  };
  const whole = {
    resourceType: 'Measure',
    id: 'Cohort',
    url: 'http://example.org/Measure/Cohort',
    status: 'active',
    library: [library.url],
    scoring: coded('measure-scoring', 'cohort'),
    supplementalData: COLUMNS.map(expression => ({
      id: expression,
      code: { text: expression },
      usage: [coded('measure-data-usage', 'supplemental-data')],
      criteria: { language: 'text/cql-identifier', expression },
    })),
    group: [
      {
        id: 'all',
        population: [
          {
            id: 'in',
            code: coded('measure-population', 'initial-population'),
            criteria: { language: 'text/cql-identifier', expression: 'In' },
          },
        ],
      },
    ],
  };
  const sets = ['breast_cancer', 'metastasis', 'orders'].map(name => ({
    resourceType: 'ValueSet',
    id: name,
    url: `${elm.URL}${name}`,
    status: 'active',
    expansion: { timestamp: '2024-01-01', contains: elm.codesOf(question, name) },
  }));
  const entry = [whole, library, ...sets].map(resource => ({ resource }));
  return { resourceType: 'Bundle', type: 'collection', entry };
}

async function main([folder, asked]) {
  const question = JSON.parse(fs.readFileSync(asked, 'utf8'));
  const bundle = measure(question);
  const options = {
    measurementPeriodStart: '2015-01-01',
    measurementPeriodEnd: '2024-12-31',
    calculateHTML: false,
    calculateSDEs: true,
    calculateClauseCoverage: false,
    trustMetaProfile: false,
  };
  const start = since(started);

  let mark = process.hrtime.bigint();
  const loaded = bundles(folder, ['Patient', 'Condition', 'MedicationRequest', 'Encounter']);
  const load = since(mark);

  mark = process.hrtime.bigint();
  const rows = [];
  const { results } = await Calculator.calculate(bundle, loaded, options);
  for (const { patientId, detailedResults, supplementalData } of results) {
    const { populationResults } = detailedResults[0];
    const found = Object.fromEntries(supplementalData.map(each => [each.name, each.rawResult]));
    rows.push({
      id: patientId,
      in: populationResults[0].result,
      first_order: found.FirstOrder ? found.FirstOrder.toString() : null,
      orders: found.Orders,
      encounters: found.Encounters,
    });
  }
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  fs.writeSync(1, rows.map(row => `${JSON.stringify(row)}\n`).join(''));
  process.stderr.write(`${JSON.stringify({ start, load, execute: since(mark) })}\n`);
}

main(process.argv.slice(2));
