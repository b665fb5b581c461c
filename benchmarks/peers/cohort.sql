-- The cohort question; names in braces are the files and the words of question.json.
WITH confirmed AS (
  SELECT subject.reference[9:] AS id, unnest(code.coding) AS c FROM {Condition}
  WHERE len(list_filter(verificationStatus.coding, lambda x: x.code = 'confirmed')) > 0
), diagnosed AS (
  SELECT id,
    bool_or(c.system = '{icd}' AND (c.code = 'C50' OR c.code LIKE 'C50.%') OR
            (c.system, c.code) IN (SELECT system, code FROM codes WHERE name = 'breast_cancer')) AS breast,
    bool_or((c.system, c.code) IN (SELECT system, code FROM codes WHERE name = 'metastasis')) AS spread
  FROM confirmed GROUP BY id
), ordered AS (
  SELECT subject.reference[9:] AS id, min(authoredOn[:10]) AS first_order, count(*) AS orders
  FROM {MedicationRequest}
  WHERE status IN {order_statuses} AND intent IN {order_intents} AND doNotPerform IS NOT TRUE
    AND len(list_filter(
      medicationCodeableConcept.coding, lambda x: x.system = '{rxnorm}' AND x.code IN {drugs})) > 0
  GROUP BY id
), visited AS (
  SELECT subject.reference[9:] AS id, count(*) AS encounters FROM {Encounter}
  WHERE status IN {encounter_statuses} GROUP BY id
)
SELECT p.id, coalesce(breast, false) AND coalesce(spread, false) AND coalesce(orders, 0) > 0,
  first_order, coalesce(orders, 0), coalesce(encounters, 0)
FROM {Patient} AS p LEFT JOIN diagnosed USING (id) LEFT JOIN ordered USING (id) LEFT JOIN visited USING (id)
ORDER BY p.id
