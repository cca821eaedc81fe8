// The schema of the store, statement by statement; each can run again without harm.

CREATE CONSTRAINT customer_id IF NOT EXISTS FOR (n:Customer) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT partner_id IF NOT EXISTS FOR (n:Partner) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT operator_id IF NOT EXISTS FOR (n:Operator) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT subscription_id IF NOT EXISTS FOR (n:Subscription) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT agreement_id IF NOT EXISTS FOR (n:Agreement) REQUIRE n.id IS UNIQUE;

// one store, one row of its log for each revision
CREATE CONSTRAINT store_name IF NOT EXISTS FOR (n:Store) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT change_revision IF NOT EXISTS FOR (n:Change) REQUIRE n.revision IS UNIQUE;
CREATE RANGE INDEX change_recorded IF NOT EXISTS FOR (n:Change) ON (n.recordedAt);
CREATE CONSTRAINT applied_key IF NOT EXISTS FOR (n:Applied) REQUIRE (n.caller, n.key) IS UNIQUE;
CREATE CONSTRAINT communication_id IF NOT EXISTS FOR (n:Communication) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT key_id IF NOT EXISTS FOR (n:Key) REQUIRE n.id IS UNIQUE;
CREATE RANGE INDEX key_name IF NOT EXISTS FOR (n:Key) ON (n.name);
CREATE CONSTRAINT told_group IF NOT EXISTS FOR (n:Told) REQUIRE n.group IS UNIQUE;
CREATE CONSTRAINT unfinished_load IF NOT EXISTS FOR (n:UnfinishedLoad) REQUIRE n.digest IS UNIQUE;

// what begins or ends later than it was recorded; since format 3, so what an older store holds is gathered once
CREATE RANGE INDEX due_at IF NOT EXISTS FOR (n:Due) ON (n.at);
MATCH (store:Store {name: 'vocero'}) WHERE store.format < 3
MATCH ()-[r]->(end)
WHERE r.supersededAt IS NULL AND NOT EXISTS { MATCH (:Due) }
UNWIND [r.validFrom, r.validTo] AS at
WITH at, end WHERE at > r.recordedAt
WITH at, collect(DISTINCT end.id) AS touched
CREATE (:Due {at: at, touched: touched});

// and what ceases to count a year after it ended or was deleted; since format 7, gathered once in the same way
MATCH (store:Store {name: 'vocero'}) WHERE store.format < 7
MATCH ()-[r:HOLDS|BILLS|RESELLS]->(end)
WHERE r.supersededAt IS NULL AND r.validTo > timestamp() * 1000 - 400 * 24 * 3600 * 1000000
WITH (datetime({epochSeconds: r.validTo / 1000000}) + duration({months: 12})).epochSeconds * 1000000 + r.validTo % 1000000 AS at, end
WHERE at > timestamp() * 1000
WITH at, collect(DISTINCT end.id) AS touched
CREATE (:Due {at: at, touched: touched});
MATCH (store:Store {name: 'vocero'}) WHERE store.format < 7
MATCH (node:Subscription {status: 'deleted'})
WHERE node.recordedAt > timestamp() * 1000 - 400 * 24 * 3600 * 1000000
WITH (datetime({epochSeconds: node.recordedAt / 1000000}) + duration({months: 12})).epochSeconds * 1000000
     + node.recordedAt % 1000000 AS at, node
WHERE at > timestamp() * 1000
WITH at, collect(node.id) AS touched
CREATE (:Due {at: at, touched: touched});

// what the importer of a first load can't write, a list without anything in it; the store that it made has no format yet
MATCH (store:Store {name: 'vocero'}) WHERE store.format IS NULL
MATCH (partner:Partner|PartnerVersion) WHERE partner.mpnIds IS NULL
SET partner.mpnIds = [];

// the order of communications, newest first, and the same of what a filter takes
CREATE RANGE INDEX communication_sort IF NOT EXISTS FOR (n:Communication) ON (n.sort);
CREATE RANGE INDEX communication_customer IF NOT EXISTS FOR (n:Communication) ON (n.customer, n.sort);
CREATE RANGE INDEX communication_communicator IF NOT EXISTS FOR (n:Communication) ON (n.communicator, n.sort);
CREATE RANGE INDEX communication_verdict IF NOT EXISTS FOR (n:Communication) ON (n.verdict, n.sort);

// what names are ordered and searched by stands in the local index since format 6
DROP INDEX customer_sort IF EXISTS;
DROP INDEX partner_sort IF EXISTS;
DROP INDEX customer_words IF EXISTS;
DROP INDEX partner_words IF EXISTS;
CALL db.awaitIndexes(300);
