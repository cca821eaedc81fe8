// The schema of the store, statement by statement; each can run again without harm.

CREATE CONSTRAINT customer_id IF NOT EXISTS FOR (n:Customer) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT partner_id IF NOT EXISTS FOR (n:Partner) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT operator_id IF NOT EXISTS FOR (n:Operator) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT subscription_id IF NOT EXISTS FOR (n:Subscription) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT agreement_id IF NOT EXISTS FOR (n:Agreement) REQUIRE n.id IS UNIQUE;

// one store, one row of its log for each revision
CREATE CONSTRAINT store_name IF NOT EXISTS FOR (n:Store) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT change_revision IF NOT EXISTS FOR (n:Change) REQUIRE n.revision IS UNIQUE;
CREATE CONSTRAINT applied_key IF NOT EXISTS FOR (n:Applied) REQUIRE (n.caller, n.key) IS UNIQUE;
CREATE CONSTRAINT told_group IF NOT EXISTS FOR (n:Told) REQUIRE n.group IS UNIQUE;
CREATE CONSTRAINT unfinished_load IF NOT EXISTS FOR (n:UnfinishedLoad) REQUIRE n.digest IS UNIQUE;

// the order of every list: name folded for case and accents, then id
CREATE RANGE INDEX customer_sort IF NOT EXISTS FOR (n:Customer) ON (n.sort);
CREATE RANGE INDEX partner_sort IF NOT EXISTS FOR (n:Partner) ON (n.sort);

// words of name and domain, already folded; superseded versions too, for a search in the past
CREATE FULLTEXT INDEX customer_words IF NOT EXISTS FOR (n:Customer|CustomerVersion) ON EACH [n.words] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}};
CREATE FULLTEXT INDEX partner_words IF NOT EXISTS FOR (n:Partner|PartnerVersion) ON EACH [n.words] OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}};
CALL db.awaitIndexes(300);
