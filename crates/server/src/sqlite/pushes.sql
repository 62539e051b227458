-- Step 3. When devices that do not ring for an invitation may count as asleep.

ALTER TABLE invitations ADD COLUMN asleep_ms INTEGER;
CREATE INDEX invitations_asleep ON invitations (asleep_ms, invite_id)
    WHERE ended_ms IS NULL AND asleep_ms IS NOT NULL;
