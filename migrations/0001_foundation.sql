-- +goose Up

CREATE TABLE instance (
  id TEXT NOT NULL PRIMARY KEY,            -- always 'self'
  host TEXT NOT NULL,                      -- host part of UIDs, fixed for life
  secret BYTEA NOT NULL,                   -- key of every derived token
  render TEXT NOT NULL,                    -- what stored calendar entries were made with
  created_at BIGINT NOT NULL
);

CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  organisation TEXT NOT NULL,
  operator BOOLEAN NOT NULL,
  listed BOOLEAN NOT NULL,
  feed_rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE address (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  folded TEXT NOT NULL UNIQUE,
  shown TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  is_primary BOOLEAN NOT NULL,
  refusals INTEGER NOT NULL DEFAULT 0,     -- how often a mail server refused it for good since it last took a mail
  refused_with TEXT NOT NULL DEFAULT ''    -- the server's words
);
CREATE UNIQUE INDEX address_primary ON address (person_id) WHERE is_primary;

CREATE TABLE session (
  token TEXT NOT NULL PRIMARY KEY,         -- hash of the cookie's value
  person_id TEXT REFERENCES person ON DELETE CASCADE,
  data BYTEA NOT NULL,
  agent TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id, seen_at);
CREATE INDEX session_expired ON session (expires_at);

CREATE TABLE token (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  read_only BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE INDEX token_person ON token (person_id);

CREATE TABLE sign_in (
  id TEXT NOT NULL PRIMARY KEY,            -- the letter's id; link and code are derived from it
  folded TEXT NOT NULL,
  shown TEXT NOT NULL,
  network TEXT NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  next TEXT NOT NULL,
  operator BOOLEAN NOT NULL,               -- the one-time set-up link makes an operator
  tries BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE INDEX sign_in_address ON sign_in (folded, created_at);
CREATE INDEX sign_in_network ON sign_in (network, created_at);
CREATE INDEX sign_in_expired ON sign_in (expires_at);

CREATE TABLE community (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  parent_id TEXT REFERENCES community ON DELETE CASCADE,
  name TEXT NOT NULL,
  summary TEXT NOT NULL,
  description TEXT NOT NULL,
  privacy TEXT NOT NULL CHECK (privacy IN ('private', 'semi-private', 'public', 'open')),
  hidden BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  eligibility TEXT NOT NULL,
  rules TEXT NOT NULL,
  contact TEXT NOT NULL,
  ink TEXT NOT NULL,
  feed_rev BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  archived_at BIGINT NOT NULL
);
CREATE INDEX community_parent ON community (parent_id);
CREATE INDEX community_name ON community (name, id);

CREATE TABLE membership (
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('member', 'moderator', 'admin')),
  joined_at BIGINT NOT NULL,
  how TEXT NOT NULL,
  PRIMARY KEY (community_id, person_id)
);
CREATE INDEX membership_person ON membership (person_id, community_id);

CREATE TABLE invitation (
  id TEXT NOT NULL PRIMARY KEY,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  invited_by TEXT REFERENCES person ON DELETE SET NULL,
  message TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'joined', 'declined', 'withdrawn')),
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_open ON invitation (community_id, person_id) WHERE state = 'sent';
CREATE INDEX invitation_list ON invitation (community_id, created_at, id);
CREATE INDEX invitation_person ON invitation (person_id);

CREATE TABLE join_request (
  id TEXT NOT NULL PRIMARY KEY,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  message TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected', 'withdrawn', 'closed')),
  reason TEXT NOT NULL,
  decided_by TEXT REFERENCES person ON DELETE SET NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX join_request_open ON join_request (community_id, person_id) WHERE state = 'waiting';
CREATE INDEX join_request_list ON join_request (community_id, state, created_at, id);
CREATE INDEX join_request_person ON join_request (person_id);

CREATE TABLE series (
  id TEXT NOT NULL PRIMARY KEY,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  language TEXT NOT NULL,
  zone TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('community', 'members', 'everyone')),
  invite BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  cancelled_at BIGINT NOT NULL,
  cancel_note TEXT NOT NULL
);
CREATE UNIQUE INDEX series_slug ON series (slug, community_id);
CREATE INDEX series_community ON series (community_id, created_at);

CREATE TABLE meeting (
  id TEXT NOT NULL PRIMARY KEY,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  previous_id TEXT REFERENCES meeting ON DELETE SET NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  rule TEXT NOT NULL,
  start_local TEXT NOT NULL,
  zone TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  place TEXT NOT NULL,
  join_link TEXT NOT NULL,
  language TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('community', 'members', 'everyone')),
  status TEXT NOT NULL CHECK (status IN ('tentative', 'confirmed', 'cancelled')),
  cancel_note TEXT NOT NULL,
  invite BOOLEAN NOT NULL,
  form TEXT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  sequence BIGINT NOT NULL,
  stamp BIGINT NOT NULL,
  organizer TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  made_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX meeting_slug ON meeting (slug, community_id);
CREATE INDEX meeting_community ON meeting (community_id, created_at);
CREATE INDEX meeting_made ON meeting (made_until, id);

CREATE TABLE event (
  id TEXT NOT NULL PRIMARY KEY,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  series_id TEXT REFERENCES series ON DELETE CASCADE,
  meeting_id TEXT REFERENCES meeting ON DELETE CASCADE,
  kind TEXT NOT NULL,
  number BIGINT NOT NULL,
  slug TEXT NOT NULL,
  title TEXT NOT NULL,
  abstract TEXT NOT NULL,
  start_local TEXT NOT NULL,
  zone TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  recurrence_id TEXT NOT NULL,
  place TEXT NOT NULL,
  join_link TEXT NOT NULL,
  language TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('community', 'members', 'everyone')),
  status TEXT NOT NULL CHECK (status IN ('tentative', 'confirmed', 'cancelled')),
  cancel_note TEXT NOT NULL,
  invite BOOLEAN NOT NULL,
  invited_at BIGINT NOT NULL,
  reminders TEXT NOT NULL,
  agenda TEXT NOT NULL,
  minuted TEXT NOT NULL,
  moved_from BIGINT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  sequence BIGINT NOT NULL,
  stamp BIGINT NOT NULL,
  organizer TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX event_slug ON event (slug, community_id);
CREATE UNIQUE INDEX event_recurrence ON event (meeting_id, recurrence_id) WHERE recurrence_id <> '';
CREATE INDEX event_time ON event (starts_at, id);
CREATE INDEX event_community_time ON event (community_id, starts_at, id);
CREATE INDEX event_series ON event (series_id, number);
CREATE INDEX event_meeting ON event (meeting_id, starts_at);

CREATE TABLE speaker (
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  position BIGINT NOT NULL,
  person_id TEXT REFERENCES person ON DELETE SET NULL,
  name TEXT NOT NULL,
  organisation TEXT NOT NULL,
  biography TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (event_id, position)
);

-- A stored calendar entry: the VEVENT bytes of one event or of a meeting's rule, for one audience.
CREATE TABLE fragment (
  subject_id TEXT NOT NULL,                -- an event or a meeting
  variant TEXT NOT NULL,                   -- public: without the join link; member: with it
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  event_id TEXT REFERENCES event ON DELETE CASCADE,
  meeting_id TEXT REFERENCES meeting ON DELETE CASCADE,
  series_id TEXT REFERENCES series ON DELETE CASCADE,
  visibility TEXT NOT NULL,
  zone TEXT NOT NULL,                      -- the VTIMEZONE it needs, empty when it is in UTC
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,                 -- of a rule: when its last date ends, or the far future
  data BYTEA NOT NULL,
  PRIMARY KEY (subject_id, variant)
);
CREATE INDEX fragment_community ON fragment (community_id, variant, starts_at);
CREATE INDEX fragment_series ON fragment (series_id, variant, starts_at);
CREATE INDEX fragment_meeting ON fragment (meeting_id, variant, starts_at);

CREATE TABLE registration (
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  scope TEXT NOT NULL CHECK (scope IN ('event', 'series', 'meeting')),
  scope_id TEXT NOT NULL,
  state TEXT NOT NULL,
  how TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, scope, scope_id)
);
CREATE INDEX registration_scope ON registration (scope_id, state, person_id);

-- Who holds a calendar part of which UID by mail.
CREATE TABLE holding (
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  uid TEXT NOT NULL,
  sequence BIGINT NOT NULL,                -- the last one sent
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, uid)
);
CREATE INDEX holding_uid ON holding (uid, person_id);

CREATE TABLE feed (
  id TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('all', 'community', 'series')),
  scope_id TEXT,
  generation BIGINT NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  read_at BIGINT NOT NULL,
  read_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL
);
CREATE INDEX feed_person ON feed (person_id, created_at);

CREATE TABLE mute (
  person_id TEXT NOT NULL REFERENCES person ON DELETE CASCADE,
  scope TEXT NOT NULL,
  scope_id TEXT NOT NULL,
  class TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, scope, scope_id, class)
);

-- The audit log, and what the planner still has to tell people.
CREATE TABLE change (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_id TEXT REFERENCES person ON DELETE SET NULL,
  via TEXT NOT NULL,
  noun TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  community_id TEXT REFERENCES community ON DELETE CASCADE,
  series_id TEXT,
  meeting_id TEXT,
  verb TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  note TEXT NOT NULL,
  plan_at BIGINT NOT NULL,
  cursor TEXT NOT NULL,
  planned_at BIGINT NOT NULL
);
CREATE INDEX change_plan ON change (plan_at) WHERE plan_at > 0 AND planned_at = 0;
CREATE INDEX change_subject ON change (subject_id, at);
CREATE INDEX change_community ON change (community_id, at);

CREATE TABLE due (
  key TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  sequence BIGINT NOT NULL,
  lead_minutes BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  useful_until BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'done', 'stale', 'cancelled')),
  cursor TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX due_pick ON due (due_at) WHERE state = 'planned';
CREATE INDEX due_event ON due (event_id, state);

-- The outbox and the ledger: one row per recipient and message.
CREATE TABLE letter (
  id TEXT NOT NULL PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  message_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  class TEXT NOT NULL,
  community_id TEXT REFERENCES community ON DELETE SET NULL,
  series_id TEXT REFERENCES series ON DELETE SET NULL,
  meeting_id TEXT REFERENCES meeting ON DELETE SET NULL,
  event_id TEXT REFERENCES event ON DELETE SET NULL,
  sequence BIGINT NOT NULL,
  person_id TEXT REFERENCES person ON DELETE CASCADE,
  address TEXT NOT NULL,
  data TEXT NOT NULL,
  subject TEXT NOT NULL,
  priority BIGINT NOT NULL,
  useful_until BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'accepted', 'captured', 'stale', 'suppressed', 'cancelled', 'held', 'dead')),
  why TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  in_doubt BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  lease TEXT NOT NULL,
  first_try_at BIGINT NOT NULL,
  final_at BIGINT NOT NULL,
  last_code BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  mime BYTEA                               -- last, so that lists do not read across it
);
CREATE INDEX letter_pick ON letter (priority, next_at) WHERE state IN ('queued', 'leased');
CREATE INDEX letter_event ON letter (event_id, kind, state);
CREATE INDEX letter_person ON letter (person_id, created_at);
CREATE INDEX letter_list ON letter (created_at, id);
CREATE INDEX letter_community ON letter (community_id, created_at, id);

CREATE TABLE idempotency (
  token_id TEXT NOT NULL REFERENCES token ON DELETE CASCADE,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  request BYTEA NOT NULL,                  -- hash of the body it came with
  status BIGINT NOT NULL,
  body BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (token_id, route, key)
);
CREATE INDEX idempotency_old ON idempotency (created_at);

-- One row per named job: who may run it until when, and when it last ran.
CREATE TABLE job (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  until BIGINT NOT NULL,
  ran_at BIGINT NOT NULL
);
