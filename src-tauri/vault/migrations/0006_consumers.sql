-- Whose keys an organisation uses, who uses which credential, global launch, and what was delivered to whom.
ALTER TABLE organisation ADD COLUMN mode TEXT NOT NULL DEFAULT 'byok' CHECK (mode IN ('byok', 'bundled'));
-- The readiness kit with which its onboarding was completed, when, and by whom.
ALTER TABLE organisation ADD COLUMN ready_kit TEXT;
ALTER TABLE organisation ADD COLUMN ready_at TEXT;
ALTER TABLE organisation ADD COLUMN ready_by TEXT;

CREATE TABLE consumer (
    id TEXT PRIMARY KEY NOT NULL,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    note TEXT NOT NULL,
    -- Name and note as a search looks through them.
    words TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    last_used_at TEXT,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX consumer_name ON consumer (organisation_id, kind, name_folded);
CREATE INDEX consumer_order ON consumer (name_folded, id);

-- What a consumer uses of a provider, in which of its places: a credential, or what the rule comes to.
CREATE TABLE assignment (
    id TEXT PRIMARY KEY NOT NULL,
    consumer_id TEXT NOT NULL REFERENCES consumer (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    slot TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- Whoever deletes a credential says what becomes of its assignments first.
    credential_id TEXT REFERENCES credential (id),
    model TEXT,
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX assignment_consumer ON assignment (consumer_id, position);
CREATE INDEX assignment_credential ON assignment (credential_id) WHERE credential_id IS NOT NULL;
CREATE INDEX assignment_provider ON assignment (provider);

-- One row: whether telephony is delivered.
CREATE TABLE launch (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    stopped_at TEXT,
    stopped_by TEXT,
    reason TEXT,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

INSERT INTO launch (one, revision, updated_at) VALUES (1, 1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

-- Programs that a credential was delivered to.
CREATE TABLE delivered (
    credential_id TEXT NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    program TEXT NOT NULL,
    last_at TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (credential_id, program)
) STRICT, WITHOUT ROWID;

-- The processes that got something, each as long as it may still run. A process id comes again, so there are never more
-- rows than processes; `started` tells one that has the same number from the one that is meant.
CREATE TABLE running (
    process INTEGER PRIMARY KEY NOT NULL,
    started TEXT NOT NULL,
    at TEXT NOT NULL,
    person TEXT NOT NULL,
    program TEXT NOT NULL,
    consumer TEXT,
    credentials TEXT NOT NULL CHECK (json_valid(credentials))
) STRICT;

PRAGMA user_version = 6;
