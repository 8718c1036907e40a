-- Roles of people, archived organisations, reminders before an expiry date, and the replacement of a key.
ALTER TABLE organisation ADD COLUMN archived_at TEXT;
ALTER TABLE credential ADD COLUMN reminder_days INTEGER NOT NULL DEFAULT 30 CHECK (reminder_days BETWEEN 0 AND 3650);

CREATE TABLE role (
    person_id TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    organisation_id TEXT NOT NULL REFERENCES organisation (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'member')),
    created_at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (person_id, organisation_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_organisation ON role (organisation_id);

-- Values beside those in force: 'new' ones that wait for the switch, then the 'old' ones until they are shown dead.
-- They are sealed under a data key of their own, wrapped by the key of the credential's scope.
CREATE TABLE replacement (
    credential_id TEXT PRIMARY KEY NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    stage TEXT NOT NULL CHECK (stage IN ('new', 'old')),
    key_id TEXT NOT NULL UNIQUE,
    scope_key_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    -- 'new': the plain fields that change, null for one that goes; 'old': all plain fields as they were.
    plain TEXT NOT NULL CHECK (json_valid(plain)),
    verdict TEXT CHECK (verdict IS NULL OR json_valid(verdict)),
    -- The revision of the values in force when the new ones were checked beside them.
    values_revision INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    started_by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE replacement_field (
    credential_id TEXT NOT NULL REFERENCES replacement (credential_id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    blob BLOB NOT NULL,
    tail TEXT,
    PRIMARY KEY (credential_id, field)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 2;
