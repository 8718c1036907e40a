-- What searches look through, in blocks: the index of groups of three letters could not tell of words of one or two, and
-- took longest for what stands in most rows.
CREATE TABLE search_block (
    block INTEGER PRIMARY KEY NOT NULL,
    -- Greater than that of any other block when it was written, so that a reader knows which it has not seen.
    version INTEGER NOT NULL UNIQUE,
    -- The search texts of 512 credentials, in the order of their numbers and separated by U+001E: that of credential 5 is
    -- the sixth text of block 0. Where there is no credential the text is empty.
    texts TEXT NOT NULL
) STRICT;

INSERT INTO search_block (block, version, texts)
SELECT b.block, b.block + 1, (
    WITH RECURSIVE place (docid) AS (
        SELECT b.block * 512
        UNION ALL SELECT docid + 1 FROM place WHERE docid < min(b.block * 512 + 511, (SELECT max(docid) FROM credential))
    )
    SELECT group_concat(words, char(30)) FROM (
        SELECT replace(coalesce(t.words, ''), char(30), ' ') AS words
        FROM place p LEFT JOIN credential_text t ON t.rowid = p.docid ORDER BY p.docid
    )
)
FROM (SELECT DISTINCT docid / 512 AS block FROM credential) b;

DROP TABLE list_trigram;
DROP TABLE credential_text;

-- All that decides whether a credential of a provider waits for a connection stands in the index.
DROP INDEX list_entry_provider;
CREATE INDEX list_entry_provider ON list_entry (provider, shape, marks, verdict, types, scope, expires);

PRAGMA user_version = 8;
