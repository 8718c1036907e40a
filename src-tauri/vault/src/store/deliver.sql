UPDATE credential SET last_used_at = ?, unreadable = 0, revision = revision + 1, updated_at = ?
         FROM json_each(?) known WHERE credential.id = known.key AND credential.revision = known.value;
         INSERT INTO audit_entry (sequence, at, author_id, author, action, object_kind, object_id, object_name, scope, detail, chain)
         SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM vault WHERE one = 1 AND audit_length = ? AND audit_head = ?;
         UPDATE vault SET audit_length = ?, audit_head = ? WHERE one = 1 AND audit_length = ? AND audit_head = ?