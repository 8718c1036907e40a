-- The audit is looked through by person, by rare actions and by credential. What `run` writes, of which there is most,
-- stands in the first of these indexes alone.
CREATE INDEX audit_entry_author ON audit_entry (author_id);
CREATE INDEX audit_entry_action ON audit_entry (action) WHERE action <> 'credential.deliver';
CREATE INDEX audit_entry_credential ON audit_entry (object_id) WHERE object_kind = 'credential';

-- How long entries are kept, and where the log begins once old ones were removed. One row, or none while everything is
-- kept. `code` is keyed and covers the row and `audit_key`, so that nobody else can shorten the log.
CREATE TABLE audit_keep (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    -- Null: everything is kept.
    days INTEGER CHECK (days > 0),
    -- The last entry that was removed, 0 where none was, and its code, to which the first one that is left is chained.
    removed INTEGER NOT NULL CHECK (removed >= 0),
    chain BLOB NOT NULL CHECK (length(chain) = 32),
    code BLOB NOT NULL CHECK (length(code) = 32)
) STRICT;

-- The data key that the removed entries said each credential got last, so that an older one put back is still noticed.
CREATE TABLE audit_key (
    credential_id TEXT PRIMARY KEY NOT NULL,
    data_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 7;
