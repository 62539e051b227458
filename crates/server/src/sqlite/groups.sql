-- Step 2. Groups, and who leaves them; what users say about themselves and of each other.

ALTER TABLE invitations ADD COLUMN group_id TEXT;
CREATE INDEX invitations_of_group ON invitations (group_id, place)
    WHERE ended_ms IS NULL AND group_id IS NOT NULL;

CREATE TABLE groups (
    group_id TEXT PRIMARY KEY,
    rev      INTEGER NOT NULL,
    body     TEXT NOT NULL              -- a dismissed one has no members
) STRICT;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups,
    user_id  TEXT NOT NULL,
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_groups ON group_members (user_id, group_id);

-- Groups whose invitations are to be looked through, as members have left up to this revision.
CREATE TABLE departures (
    group_id TEXT PRIMARY KEY REFERENCES groups,
    rev      INTEGER NOT NULL,
    due_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX departures_due ON departures (due_ms, group_id);

-- Whether the user has written an ordinary message in the thread.
ALTER TABLE conversations ADD COLUMN wrote INTEGER NOT NULL DEFAULT 0 CHECK (wrote IN (0, 1));
UPDATE conversations SET wrote = 1 WHERE (user_id, thread_id) IN (
    SELECT sender, thread_id FROM (
        SELECT sender, thread_id, payload ->> '$.data' AS data FROM messages)
    -- Only the server writes signaling, and all of it is such an object.
    WHERE CASE WHEN json_valid(data) THEN data ->> '$.businessID' IS NOT 1 ELSE 1 END);

ALTER TABLE users ADD COLUMN nick TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN avatar TEXT NOT NULL DEFAULT '';

-- Whom each user has blocked.
CREATE TABLE blocks (
    user_id TEXT NOT NULL,
    blocked TEXT NOT NULL,
    PRIMARY KEY (user_id, blocked)
) STRICT, WITHOUT ROWID;
