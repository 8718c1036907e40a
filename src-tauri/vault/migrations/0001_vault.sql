-- The first schema. `user_version` and `application_id` stand in the file's header, where they are read
-- before SQLite opens it: 0x5354524d is "STRM".
PRAGMA application_id = 1398035021;
PRAGMA user_version = 1;

-- One row. What is needed to recognise the vault and its key.
CREATE TABLE vault (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    custody TEXT NOT NULL CHECK (custody IN ('keychain', 'passphrase', 'environment')),
    demonstration INTEGER NOT NULL CHECK (demonstration IN (0, 1)),
    recovery_kit_made_at TEXT,
    master_key_id TEXT NOT NULL,
    key_check BLOB NOT NULL CHECK (length(key_check) = 32),
    audit_key_id TEXT NOT NULL,
    audit_key BLOB NOT NULL,
    -- Number of audit entries and a keyed code over it and the last entry, so that a cut tail shows.
    audit_length INTEGER NOT NULL,
    audit_head BLOB NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- The master key, wrapped by a passphrase or by a recovery code. At most one of each.
CREATE TABLE envelope (
    kind TEXT PRIMARY KEY NOT NULL CHECK (kind IN ('passphrase', 'recovery')),
    id TEXT NOT NULL,
    salt BLOB NOT NULL,
    memory_kib INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    lanes INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    super_admin INTEGER NOT NULL CHECK (super_admin IN (0, 1)),
    owner INTEGER NOT NULL CHECK (owner IN (0, 1)),
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- 'system', or the id of an organisation. The scope key is wrapped by the master key.
CREATE TABLE scope (
    id TEXT PRIMARY KEY NOT NULL,
    key_id TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    master_key_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation (
    id TEXT PRIMARY KEY NOT NULL REFERENCES scope (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `docid` joins the search index and means nothing else.
CREATE TABLE credential (
    docid INTEGER PRIMARY KEY NOT NULL,
    id TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL REFERENCES scope (id),
    provider TEXT NOT NULL,
    auth TEXT NOT NULL,
    main_type TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    lookup_key TEXT NOT NULL,
    category TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    plain TEXT NOT NULL CHECK (json_valid(plain)),
    types TEXT NOT NULL CHECK (json_valid(types)),
    verdict_kind TEXT,
    verdict_evidence TEXT,
    verdict_next_step TEXT,
    verdict_checked_at TEXT,
    verdict_duration_ms INTEGER,
    verdict_cost TEXT,
    verdict_conclusive INTEGER,
    known_kind TEXT,
    known_checked_at TEXT,
    expires_at TEXT,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    last_used_at TEXT,
    unreadable INTEGER NOT NULL CHECK (unreadable IN (0, 1)),
    -- The revision of the last change that a person made, and of the last change of a value, plain or sealed:
    -- an edit conflicts with the former, a verdict speaks of the latter.
    content_revision INTEGER NOT NULL,
    values_revision INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX credential_name ON credential (scope, name_folded);
CREATE INDEX credential_order ON credential (name_folded, id);
CREATE INDEX credential_lookup ON credential (lookup_key);
CREATE INDEX credential_provider ON credential (provider, scope);
CREATE UNIQUE INDEX credential_default ON credential (scope, provider, main_type) WHERE is_default = 1;

CREATE TABLE credential_type (
    type TEXT NOT NULL,
    credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    PRIMARY KEY (type, credential_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_type_of ON credential_type (credential_id);

-- The only key to a credential's fields, wrapped by its scope's key.
CREATE TABLE data_key (
    credential_id TEXT PRIMARY KEY NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE,
    scope_key_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sealed_field (
    credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    data_key_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    blob BLOB NOT NULL,
    tail TEXT,
    fingerprint BLOB NOT NULL,
    set_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (credential_id, field)
) STRICT, WITHOUT ROWID;

CREATE INDEX sealed_field_fingerprint ON sealed_field (fingerprint);

-- Text that is plain anyway: name, provider, lookup key, plain values.
CREATE VIRTUAL TABLE credential_text USING fts5 (words, tokenize = 'trigram');

CREATE TABLE audit_entry (
    sequence INTEGER PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    author_id TEXT NOT NULL,
    author TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    object_name TEXT NOT NULL,
    scope TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE TABLE setting (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was deleted and when, without any of its values.
CREATE TABLE tombstone (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deleted_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
