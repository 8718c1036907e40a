-- What is known of a connection over OAuth beside its tokens, which are sealed fields like any other secret.
-- `renewing_by` and `renewing_until` keep two processes from spending one refresh token at the same time: where
-- refresh tokens are good for one use, the second use ends the whole connection.
CREATE TABLE oauth_grant (
    credential_id TEXT PRIMARY KEY NOT NULL REFERENCES credential (id) ON DELETE CASCADE,
    access_expires_at TEXT,
    renewing_by TEXT,
    renewing_until TEXT,
    revision INTEGER NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
