-- What lists are filtered, sorted and counted by, in a form that a hundred thousand rows are looked through in a few
-- milliseconds. Triggers keep it in the same transaction as the credential; nothing else writes here.

-- Texts that many rows share, as numbers.
CREATE TABLE list_word (
    code INTEGER PRIMARY KEY NOT NULL,
    word TEXT NOT NULL UNIQUE
) STRICT;

-- Types, as bits of a number.
CREATE TABLE list_type (
    bit INTEGER PRIMARY KEY NOT NULL CHECK (bit BETWEEN 0 AND 61),
    type TEXT NOT NULL UNIQUE
) STRICT;

-- A sign-in method with the plain fields that are filled, sorted: few of them for a hundred thousand credentials.
CREATE TABLE list_shape (
    code INTEGER PRIMARY KEY NOT NULL,
    auth TEXT NOT NULL,
    filled TEXT NOT NULL CHECK (json_valid(filled)),
    UNIQUE (auth, filled)
) STRICT;

CREATE VIEW list_shape_of AS
SELECT c.docid, c.auth,
    (SELECT json_group_array(key) FROM (SELECT key FROM json_each(c.plain) WHERE value <> '' ORDER BY key)) AS filled
FROM credential c;

-- What stands in more than one credential, by its fingerprint.
CREATE TABLE list_shared (
    fingerprint BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

-- Which groups of three characters there are, so that words of two are found by those that begin with them.
CREATE VIRTUAL TABLE list_trigram USING fts5vocab (credential_text, row);

-- One narrow row for each credential. Times are seconds since 1970, 0 where there is none.
CREATE TABLE list_entry (
    docid INTEGER PRIMARY KEY NOT NULL,
    types INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    scope INTEGER NOT NULL,
    -- 0 where it was never checked.
    verdict INTEGER NOT NULL,
    -- 1: switched on; 2: a sealed field did not open; 4: default; 8: has a token of a connection.
    marks INTEGER NOT NULL,
    shape INTEGER NOT NULL,
    category INTEGER NOT NULL,
    checked INTEGER NOT NULL,
    used INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    -- From when on the end is worth a word: the reminder's days before it.
    remind INTEGER NOT NULL,
    created INTEGER NOT NULL,
    -- From what does most harm to what does none.
    harm INTEGER NOT NULL
) STRICT;

CREATE INDEX list_entry_scope ON list_entry (scope);
CREATE INDEX list_entry_provider ON list_entry (provider);
-- Orders. Rows that are read in one of them are filtered by what stands in the index, without a look at the row.
CREATE INDEX list_entry_harm ON list_entry (harm, docid, marks, verdict, types, provider, scope);
CREATE INDEX list_entry_checked ON list_entry (checked, docid, marks, verdict, types, provider, scope);
CREATE INDEX list_entry_used ON list_entry (used, docid, marks, verdict, types, provider, scope);
CREATE INDEX list_entry_expires ON list_entry (expires, docid, marks, verdict, types, provider, scope);
CREATE INDEX list_entry_created ON list_entry (created, docid, marks, verdict, types, provider, scope);
CREATE INDEX list_entry_remind ON list_entry (remind) WHERE remind > 0;
-- `docid` stands at the end of every index and tells equal names apart.
DROP INDEX credential_order;
CREATE INDEX credential_order ON credential (name_folded);
CREATE INDEX credential_provider_name ON credential (provider, name_folded);
CREATE INDEX sealed_field_tail ON sealed_field (tail) WHERE tail IS NOT NULL;

-- The sorted name beside the narrow row: a credential's own row is ten times as long.
CREATE TABLE list_name (
    docid INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    provider TEXT NOT NULL
) STRICT;

-- How many credentials are alike; scope 0 stands for all scopes.
CREATE TABLE list_tally (
    scope INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    types INTEGER NOT NULL,
    verdict INTEGER NOT NULL,
    marks INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (scope, provider, types, verdict, marks)
) STRICT, WITHOUT ROWID;

-- The one place that says how a credential becomes such a row.
CREATE VIEW list_entry_of AS
SELECT c.docid,
    (SELECT coalesce(sum(1 << bit), 0) FROM list_type WHERE type IN (SELECT value FROM json_each(c.types))) AS types,
    (SELECT code FROM list_word WHERE word = c.provider) AS provider,
    (SELECT code FROM list_word WHERE word = c.scope) AS scope,
    coalesce((SELECT code FROM list_word WHERE word = c.verdict_kind), 0) AS verdict,
    c.enabled + 2 * c.unreadable + 4 * c.is_default + 8 * EXISTS (
        SELECT 1 FROM sealed_field s WHERE s.credential_id = c.id AND s.field IN ('access_token', 'refresh_token')
    ) AS marks,
    (SELECT h.code FROM list_shape_of o JOIN list_shape h ON h.auth = o.auth AND h.filled = o.filled
        WHERE o.docid = c.docid) AS shape,
    (SELECT code FROM list_word WHERE word = c.category) AS category,
    coalesce(unixepoch(c.verdict_checked_at), 0) AS checked,
    coalesce(unixepoch(c.last_used_at), 0) AS used,
    coalesce(unixepoch(c.expires_at), 0) AS expires,
    coalesce(unixepoch(c.expires_at) - 86400 * c.reminder_days, 0) AS remind,
    coalesce(unixepoch(c.created_at), 0) AS created,
    CASE
        WHEN c.unreadable = 1 THEN 0
        WHEN c.enabled = 0 THEN 11
        WHEN c.verdict_kind IS NULL THEN 8
        WHEN c.verdict_kind = 'rejected' THEN 1
        WHEN c.verdict_kind = 'suspended' THEN 2
        WHEN c.verdict_kind = 'misconfigured' THEN 3
        WHEN c.verdict_kind = 'no_credit' THEN 4
        WHEN c.verdict_kind = 'blocked' THEN 5
        WHEN c.verdict_kind = 'limited' THEN 6
        WHEN c.verdict_kind = 'uncheckable' THEN 9
        WHEN c.verdict_kind = 'works' THEN 10
        ELSE 7
    END AS harm
FROM credential c;

CREATE TRIGGER list_entry_added AFTER INSERT ON list_entry BEGIN
    INSERT INTO list_tally VALUES
        (0, NEW.provider, NEW.types, NEW.verdict, NEW.marks, 1),
        (NEW.scope, NEW.provider, NEW.types, NEW.verdict, NEW.marks, 1)
    ON CONFLICT DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER list_entry_taken AFTER DELETE ON list_entry BEGIN
    UPDATE list_tally SET total = total - 1
    WHERE scope IN (0, OLD.scope) AND provider = OLD.provider AND types = OLD.types
        AND verdict = OLD.verdict AND marks = OLD.marks;
    DELETE FROM list_tally
    WHERE scope IN (0, OLD.scope) AND provider = OLD.provider AND types = OLD.types
        AND verdict = OLD.verdict AND marks = OLD.marks AND total = 0;
END;

CREATE TRIGGER credential_listed AFTER INSERT ON credential BEGIN
    INSERT OR IGNORE INTO list_word (word) VALUES (NEW.scope), (NEW.provider), (NEW.category);
    INSERT OR IGNORE INTO list_word (word) SELECT NEW.verdict_kind WHERE NEW.verdict_kind IS NOT NULL;
    INSERT OR IGNORE INTO list_type (bit, type)
        SELECT (SELECT count(*) FROM list_type) + row_number() OVER () - 1, value FROM json_each(NEW.types)
        WHERE value NOT IN (SELECT type FROM list_type);
    INSERT OR IGNORE INTO list_shape (auth, filled) SELECT auth, filled FROM list_shape_of WHERE docid = NEW.docid;
    INSERT INTO list_entry SELECT * FROM list_entry_of WHERE docid = NEW.docid;
    INSERT INTO list_name VALUES (NEW.docid, NEW.name_folded, NEW.provider);
END;

CREATE TRIGGER credential_renamed AFTER UPDATE OF name_folded ON credential
WHEN NEW.name_folded <> OLD.name_folded
BEGIN
    UPDATE list_name SET name = NEW.name_folded WHERE docid = NEW.docid;
END;

CREATE TRIGGER credential_listed_again
AFTER UPDATE OF category, enabled, is_default, verdict_kind, verdict_checked_at, expires_at, reminder_days,
    unreadable, auth, plain ON credential
WHEN (NEW.category, NEW.enabled, NEW.is_default, NEW.verdict_kind, NEW.verdict_checked_at, NEW.expires_at,
        NEW.reminder_days, NEW.unreadable, NEW.auth, NEW.plain)
    IS NOT (OLD.category, OLD.enabled, OLD.is_default, OLD.verdict_kind, OLD.verdict_checked_at, OLD.expires_at,
        OLD.reminder_days, OLD.unreadable, OLD.auth, OLD.plain)
BEGIN
    INSERT OR IGNORE INTO list_word (word) VALUES (NEW.category);
    INSERT OR IGNORE INTO list_word (word) SELECT NEW.verdict_kind WHERE NEW.verdict_kind IS NOT NULL;
    INSERT OR IGNORE INTO list_shape (auth, filled) SELECT auth, filled FROM list_shape_of WHERE docid = NEW.docid;
    DELETE FROM list_entry WHERE docid = NEW.docid;
    INSERT INTO list_entry SELECT * FROM list_entry_of WHERE docid = NEW.docid;
END;

-- A delivery changes this alone, and programs wait for it.
CREATE TRIGGER credential_used AFTER UPDATE OF last_used_at ON credential
WHEN NEW.last_used_at IS NOT OLD.last_used_at
BEGIN
    UPDATE list_entry SET used = coalesce(unixepoch(NEW.last_used_at), 0) WHERE docid = NEW.docid;
END;

CREATE TRIGGER credential_unlisted BEFORE DELETE ON credential BEGIN
    DELETE FROM list_entry WHERE docid = OLD.docid;
    DELETE FROM list_name WHERE docid = OLD.docid;
END;

CREATE TRIGGER sealed_field_connected AFTER INSERT ON sealed_field
WHEN NEW.field IN ('access_token', 'refresh_token')
BEGIN
    DELETE FROM list_entry WHERE docid = (SELECT docid FROM credential WHERE id = NEW.credential_id);
    INSERT INTO list_entry
        SELECT * FROM list_entry_of WHERE docid = (SELECT docid FROM credential WHERE id = NEW.credential_id);
END;

CREATE TRIGGER sealed_field_disconnected AFTER DELETE ON sealed_field
WHEN OLD.field IN ('access_token', 'refresh_token')
BEGIN
    DELETE FROM list_entry WHERE docid = (SELECT docid FROM credential WHERE id = OLD.credential_id);
    INSERT INTO list_entry
        SELECT * FROM list_entry_of WHERE docid = (SELECT docid FROM credential WHERE id = OLD.credential_id);
END;

-- A secret is put in, and taken away, as a row; none is ever changed.
CREATE TRIGGER sealed_field_shared AFTER INSERT ON sealed_field BEGIN
    INSERT OR IGNORE INTO list_shared SELECT NEW.fingerprint
        WHERE EXISTS (SELECT 1 FROM sealed_field
            WHERE fingerprint = NEW.fingerprint AND credential_id <> NEW.credential_id);
END;

CREATE TRIGGER sealed_field_alone AFTER DELETE ON sealed_field BEGIN
    DELETE FROM list_shared WHERE fingerprint = OLD.fingerprint AND coalesce((SELECT min(credential_id) = max(credential_id)
        FROM sealed_field WHERE fingerprint = OLD.fingerprint), 1);
END;

-- What is there already.
INSERT OR IGNORE INTO list_word (word)
    SELECT scope FROM credential UNION SELECT provider FROM credential UNION SELECT category FROM credential
    UNION SELECT verdict_kind FROM credential WHERE verdict_kind IS NOT NULL;
INSERT INTO list_type (bit, type)
    SELECT row_number() OVER (ORDER BY type) - 1, type FROM (SELECT DISTINCT type FROM credential_type);
INSERT INTO list_shape (auth, filled) SELECT DISTINCT auth, filled FROM list_shape_of;
INSERT INTO list_shared SELECT fingerprint FROM sealed_field GROUP BY fingerprint
    HAVING min(credential_id) <> max(credential_id);
INSERT INTO list_entry SELECT * FROM list_entry_of;
INSERT INTO list_name SELECT docid, name_folded, provider FROM credential;

PRAGMA user_version = 5;
