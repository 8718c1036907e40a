UPDATE credential SET last_used_at = ?
    FROM json_each(?) known WHERE credential.id = known.key AND credential.revision = known.value
        AND NOT EXISTS (SELECT 1 FROM launch l, json_each(credential.types) t
            WHERE l.stopped_at IS NOT NULL AND t.value = ?);
INSERT INTO audit_entry (sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail, chain)
    SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM vault WHERE one = 1 AND audit_length = ? AND audit_head = ?;
UPDATE vault SET audit_length = ?, audit_head = ? WHERE one = 1 AND audit_length = ? AND audit_head = ?;
INSERT INTO delivered (credential_id, program, last_at, times)
    SELECT c.id, ?, ?, 1 FROM json_each(?) known JOIN credential c ON c.id = known.key WHERE 1
    ON CONFLICT (credential_id, program) DO UPDATE SET last_at = excluded.last_at, times = times + 1;
INSERT OR REPLACE INTO running (process, started, at, person, program, consumer, credentials)
    SELECT ?, ?, ?, ?, ?, ?, (SELECT json_group_array(key) FROM json_each(?)) WHERE ? > 0;
UPDATE consumer SET last_used_at = ? WHERE id = ?
