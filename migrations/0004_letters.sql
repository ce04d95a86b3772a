-- +goose Up

-- A speaker is asked by mail, and reminded while something of theirs waits.
ALTER TABLE speaker ADD COLUMN letters BIGINT NOT NULL DEFAULT 0;   -- how often they were asked
ALTER TABLE speaker ADD COLUMN reminders BIGINT NOT NULL DEFAULT 0; -- how often they were reminded since
ALTER TABLE speaker ADD COLUMN remind_at BIGINT NOT NULL DEFAULT 0; -- when to remind them next, zero for no more
CREATE INDEX speaker_remind ON speaker (remind_at) WHERE remind_at > 0;
ALTER TABLE assignment ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0; -- when the letter that asks it was written
CREATE INDEX assignment_untold ON assignment (asked_at) WHERE asked_at > 0 AND told_at = 0;

-- When to look next at who of an event's askers has something to be told, zero for never.
ALTER TABLE follow_up ADD COLUMN tell_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX follow_up_tell ON follow_up (tell_at) WHERE tell_at > 0;

-- Events whose materials were there before they ended are found by when they did.
CREATE INDEX event_ended ON event (ends_at, id);
