// The cohort question as one ELM library, written by hand: what a CQL author's translator would emit, and no more.
'use strict';

const FHIR = '{http://hl7.org/fhir}';
const ELM = '{urn:hl7-org:elm-types:r1}';
const URL = 'http://example.org/ValueSet/';
const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';

const property = (path, scope, source) => ({ type: 'Property', path, ...(scope ? { scope } : { source }) });
const valueOf = (path, scope) => property('value', null, property(path, scope));
const text = value => ({ type: 'Literal', valueType: `${ELM}String`, value });
const oneOf = (operand, words) => ({ type: 'In', operand: [operand, { type: 'List', element: words.map(text) }] });
const and = (...parts) => parts.reduce((left, right) => ({ type: 'And', operand: [left, right] }));
const ref = name => ({ type: 'ExpressionRef', name });
const define = (name, expression) => ({ name, context: 'Patient', accessLevel: 'Public', expression });

const retrieve = (kind, codes) => ({
  type: 'Retrieve',
  dataType: `${FHIR}${kind}`,
  ...(codes && { codeProperty: codes.property, codes: { type: 'ValueSetRef', name: codes.set } }),
});

// "return all": without it the engine looks for duplicates among whole resources, which takes most of its time.
const query = (alias, expression, where, returned) => ({
  type: 'Query',
  source: [{ alias, expression }],
  relationship: [],
  where,
  return: { distinct: false, expression: returned || { type: 'AliasRef', name: alias } },
});

// verificationStatus has a coding whose code is "confirmed".
const confirmed = alias => ({
  type: 'Exists',
  operand: query(
    'Coding',
    property('coding', null, property('verificationStatus', alias)),
    oneOf(valueOf('code', 'Coding'), ['confirmed'])
  ),
});

const diagnosed = (alias, set) => ({
  type: 'Exists',
  operand: query(alias, retrieve('Condition', { property: 'code', set }), confirmed(alias)),
});

function library(question) {
  const live = and(
    oneOf(valueOf('status', 'Order'), question.order_statuses),
    oneOf(valueOf('intent', 'Order'), question.order_intents),
    {
      type: 'Not',
      operand: { type: 'IsTrue', operand: valueOf('doNotPerform', 'Order') },
    }
  );
  const day = { type: 'DateFrom', operand: valueOf('authoredOn', 'Order') };
  const orders = query('Order', retrieve('MedicationRequest', { property: 'medication', set: 'orders' }), live, day);
  const came = oneOf(valueOf('status', 'Visit'), question.encounter_statuses);
  const count = source => ({ type: 'Count', source });
  const sets = ['breast_cancer', 'metastasis', 'orders'];
  return {
    library: {
      identifier: { id: 'Cohort', version: '1' },
      schemaIdentifier: { id: 'urn:hl7-org:elm', version: 'r1' },
      usings: {
        def: [
          { localIdentifier: 'System', uri: 'urn:hl7-org:elm-types:r1' },
          { localIdentifier: 'FHIR', uri: 'http://hl7.org/fhir', version: '4.0.1' },
        ],
      },
      valueSets: { def: sets.map(name => ({ name, id: `${URL}${name}`, accessLevel: 'Public' })) },
      statements: {
        def: [
          define('Patient', { type: 'SingletonFrom', operand: retrieve('Patient') }),
          define('OrderDays', orders),
          define(
            'In',
            and(diagnosed('Primary', 'breast_cancer'), diagnosed('Spread', 'metastasis'), {
              type: 'Exists',
              operand: ref('OrderDays'),
            })
          ),
          define('FirstOrder', { type: 'Min', source: ref('OrderDays') }),
          define('Orders', count(ref('OrderDays'))),
          define('Encounters', count(query('Visit', retrieve('Encounter'), came))),
        ],
      },
    },
  };
}

// Every code of the question's value sets; C50 "and below" is the list of its codes.
function codesOf(question, name) {
  const systems = name === 'breast_cancer' ? { ...question[name], [ICD]: question.breast_cancer_icd } : question[name];
  return Object.entries(systems).flatMap(([system, codes]) => codes.map(code => ({ system, code })));
}

module.exports = { URL, codesOf, library };
