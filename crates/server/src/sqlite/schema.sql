-- Step 1. Bodies are JSON of the engine's types; the columns beside them are what is searched for.

CREATE TABLE invitations (
    place       INTEGER PRIMARY KEY,    -- in the order they were made
    invite_id   TEXT NOT NULL UNIQUE,
    rev         INTEGER NOT NULL,
    call_id     TEXT NOT NULL,
    inviter     TEXT NOT NULL,
    invitee     TEXT,                   -- one to one only
    deadline_ms INTEGER,
    ended_ms    INTEGER,
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX invitations_due ON invitations (deadline_ms, invite_id)
    WHERE ended_ms IS NULL AND deadline_ms IS NOT NULL;
CREATE INDEX invitations_between ON invitations (inviter, invitee, place)
    WHERE ended_ms IS NULL AND invitee IS NOT NULL;
CREATE INDEX invitations_ended ON invitations (ended_ms) WHERE ended_ms IS NOT NULL;
CREATE INDEX invitations_of_call ON invitations (call_id);

CREATE TABLE invitation_users (
    place        INTEGER NOT NULL REFERENCES invitations ON DELETE CASCADE,
    user_id      TEXT NOT NULL,
    open         INTEGER NOT NULL CHECK (open IN (0, 1)),
    timed_out_ms INTEGER,               -- one to one only
    PRIMARY KEY (place, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_users_open ON invitation_users (user_id, place) WHERE open = 1;
CREATE INDEX invitation_users_late ON invitation_users (user_id, timed_out_ms, place)
    WHERE timed_out_ms IS NOT NULL;

CREATE TABLE calls (
    place    INTEGER PRIMARY KEY,       -- in the order they were founded
    call_id  TEXT NOT NULL UNIQUE,
    rev      INTEGER NOT NULL,
    running  INTEGER NOT NULL CHECK (running IN (0, 1)),
    ended_ms INTEGER,
    body     TEXT NOT NULL
) STRICT;
CREATE INDEX calls_running ON calls (place) WHERE running = 1;
CREATE INDEX calls_over ON calls (ended_ms) WHERE running = 0;

-- Who is in a running call.
CREATE TABLE call_users (
    place   INTEGER NOT NULL REFERENCES calls ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    PRIMARY KEY (place, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_users_calls ON call_users (user_id, place);

CREATE TABLE ops (
    user_id     TEXT NOT NULL,
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reply       TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT;
CREATE INDEX ops_age ON ops (at_ms);

CREATE TABLE absences (
    user_id   TEXT NOT NULL,
    device_id TEXT NOT NULL,
    platform  TEXT NOT NULL,
    due_ms    INTEGER NOT NULL,
    PRIMARY KEY (user_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX absences_due ON absences (due_ms, user_id, device_id);

CREATE TABLE threads (
    thread_id INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    shown_seq INTEGER                   -- the message shown as the last one
) STRICT;

CREATE TABLE messages (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id INTEGER NOT NULL REFERENCES threads,
    sender    TEXT NOT NULL,
    time_ms   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    payload   TEXT NOT NULL,
    call      TEXT,                     -- what became of the call that this message's invite began
    invite_id TEXT                      -- not unique: an inviteID can be used again once it is forgotten
) STRICT;
CREATE INDEX messages_of_thread ON messages (thread_id, seq);
CREATE INDEX messages_of_invite ON messages (invite_id, seq) WHERE invite_id IS NOT NULL;

-- Who has which thread in his list of conversations.
CREATE TABLE conversations (
    user_id   TEXT NOT NULL,
    thread_id INTEGER NOT NULL REFERENCES threads,
    PRIMARY KEY (user_id, thread_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE unread (
    user_id   TEXT NOT NULL,
    thread_id INTEGER NOT NULL,
    seq       INTEGER NOT NULL REFERENCES messages,
    PRIMARY KEY (user_id, thread_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    user_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    user_id   TEXT NOT NULL,
    device_id TEXT NOT NULL,
    seen_ms   INTEGER NOT NULL,
    connected INTEGER NOT NULL CHECK (connected IN (0, 1)),
    PRIMARY KEY (user_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_connected ON devices (user_id, device_id) WHERE connected = 1;
