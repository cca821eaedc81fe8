// What tells the database from others, also from its copies: one row in any case.
// id            as the database has it
// creationDate  text
CALL db.info() YIELD id, creationDate
RETURN id, creationDate
