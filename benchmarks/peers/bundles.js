// A bulk export as one Bundle a patient, which is what the FHIR sources of the JavaScript peers take.
'use strict';

const fs = require('fs');
const path = require('path');

function* lines(file) {
  const handle = fs.openSync(file, 'r');
  const chunk = Buffer.allocUnsafe(1 << 22);
  let rest = Buffer.alloc(0);
  for (let read; (read = fs.readSync(handle, chunk, 0, chunk.length, null)) > 0; ) {
    let start = 0;
    const held = Buffer.concat([rest, chunk.subarray(0, read)]);
    for (let end; (end = held.indexOf(10, start)) >= 0; start = end + 1) yield held.toString('utf8', start, end);
    rest = held.subarray(start);
  }
  if (rest.length) yield rest.toString('utf8');
  fs.closeSync(handle);
}

function bundles(folder, kinds) {
  const patients = new Map();
  for (const kind of kinds) {
    for (const line of lines(path.join(folder, `${kind}.ndjson`))) {
      const resource = JSON.parse(line);
      const id = kind === 'Patient' ? resource.id : resource.subject.reference.slice('Patient/'.length);
      if (!patients.has(id)) patients.set(id, { resourceType: 'Bundle', type: 'collection', entry: [] });
      patients.get(id).entry.push({ resource });
    }
  }
  return [...patients.values()];
}

module.exports = { bundles };
