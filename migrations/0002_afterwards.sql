-- +goose Up

-- A speaker is one and the same through every edit of an event: questions and answers hang on it.
ALTER TABLE speaker ADD COLUMN id TEXT NOT NULL DEFAULT '';
UPDATE speaker SET id = 'sp_' || event_id || '_' || position;
CREATE UNIQUE INDEX speaker_id ON speaker (id);
CREATE INDEX speaker_person ON speaker (person_id);
ALTER TABLE speaker ADD COLUMN links_from BIGINT NOT NULL DEFAULT 0; -- links mailed before this moment are withdrawn

ALTER TABLE community ADD COLUMN answers_at_once BOOLEAN NOT NULL DEFAULT FALSE; -- speakers' answers are published without an admin

-- An uploaded file, named by the SHA-256 of its content.
CREATE TABLE file (
  hash TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  type TEXT NOT NULL,                      -- media type by content
  uses BIGINT NOT NULL,                    -- how many materials are this file
  created_at BIGINT NOT NULL,
  unused_at BIGINT NOT NULL                -- since when nothing uses it, zero while something does
);
CREATE INDEX file_unused ON file (unused_at) WHERE uses = 0;

-- What an event left behind: a link or an uploaded file.
CREATE TABLE material (
  id TEXT NOT NULL PRIMARY KEY,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('recording', 'slides', 'concept-note', 'publication', 'blog-post', 'news')),
  title TEXT NOT NULL,
  language TEXT NOT NULL,
  visibility TEXT NOT NULL CHECK (visibility IN ('community', 'members', 'everyone')),
  link TEXT NOT NULL,                      -- empty for a file
  file TEXT REFERENCES file ON DELETE RESTRICT,
  name TEXT NOT NULL,                      -- of the file when it was uploaded
  seconds BIGINT NOT NULL,                 -- length of a recording, zero where it is not known
  position BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_by TEXT REFERENCES person ON DELETE SET NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX material_event ON material (event_id, position, id);
CREATE INDEX material_file ON material (file);
CREATE INDEX material_creator ON material (created_by);

-- The captions of a recording in one language, WebVTT.
CREATE TABLE caption (
  material_id TEXT NOT NULL REFERENCES material ON DELETE CASCADE,
  language TEXT NOT NULL,
  data TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (material_id, language)
);

-- What was said in a recording, as text.
CREATE TABLE transcript (
  material_id TEXT NOT NULL PRIMARY KEY REFERENCES material ON DELETE CASCADE,
  data TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What becomes of an event once it was held: its summary, who was told, and the numbers of its questions.
CREATE TABLE follow_up (
  event_id TEXT NOT NULL PRIMARY KEY REFERENCES event ON DELETE CASCADE,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  summary TEXT NOT NULL,                   -- Markdown
  summary_at BIGINT NOT NULL,              -- when it was published, zero while it is a draft
  ready_set TEXT NOT NULL,                 -- what must be there before people are told, "recording,slides"
  ready_at BIGINT NOT NULL,                -- when telling them was decided; once in its life
  ask_until BIGINT NOT NULL,               -- until when questions are taken, zero for always
  last_number BIGINT NOT NULL,             -- the number of the question that was asked last
  ordered BIGINT NOT NULL,                 -- how often its questions were put into an order
  version BIGINT NOT NULL                  -- of the summary
);

-- Who promised what for when.
CREATE TABLE promise (
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  item TEXT NOT NULL CHECK (item IN ('recording', 'slides', 'concept-note', 'summary', 'answers')),
  person_id TEXT REFERENCES person ON DELETE SET NULL,
  name TEXT NOT NULL,
  due_at BIGINT NOT NULL,                  -- zero for no date
  nudges BIGINT NOT NULL,                  -- mails about it so far
  look_at BIGINT NOT NULL DEFAULT 1,       -- when to look next whether it is missing, zero for never
  created_at BIGINT NOT NULL,
  PRIMARY KEY (event_id, item)
);
CREATE INDEX promise_person ON promise (person_id);
CREATE INDEX promise_look ON promise (look_at, event_id, item) WHERE look_at > 0;

CREATE TABLE question (
  id TEXT NOT NULL PRIMARY KEY,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  community_id TEXT NOT NULL REFERENCES community ON DELETE CASCADE,
  number BIGINT NOT NULL,                  -- its address, for life
  position BIGINT NOT NULL,                -- its place on the page
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'open', 'merged', 'declined')),
  merged_into TEXT REFERENCES question ON DELETE CASCADE,
  reason TEXT NOT NULL,                    -- why it was declined
  live_seconds BIGINT NOT NULL,            -- answered live at this moment of the recording; -1 for not live, -2 for live without a moment
  to_community BOOLEAN NOT NULL,           -- members may answer it
  settled_at BIGINT NOT NULL,              -- when it was first answered or declined, zero while it waits
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX question_number ON question (event_id, number);
CREATE INDEX question_event ON question (event_id, state, position, number);
CREATE INDEX question_merged ON question (merged_into);

-- Who asked a question, or asks it too. Whoever asked without a name is known here only to be told the answer.
CREATE TABLE asker (
  id TEXT NOT NULL PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES question ON DELETE CASCADE,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  person_id TEXT REFERENCES person ON DELETE CASCADE,
  name TEXT NOT NULL,                      -- of somebody without an account
  anonymous BOOLEAN NOT NULL,
  first BOOLEAN NOT NULL,                  -- asked it, rather than asks it too
  told_at BIGINT NOT NULL,                 -- when telling them the answer was decided
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX asker_person ON asker (question_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX asker_question ON asker (question_id, created_at, id);
CREATE INDEX asker_event ON asker (event_id, created_at, id);
CREATE INDEX asker_removal ON asker (person_id);

-- Whose question it is to answer.
CREATE TABLE assignment (
  question_id TEXT NOT NULL REFERENCES question ON DELETE CASCADE,
  speaker_id TEXT NOT NULL REFERENCES speaker (id) ON DELETE CASCADE,
  asked_at BIGINT NOT NULL,                -- when the letter that asks the speaker was decided, zero before
  created_at BIGINT NOT NULL,
  PRIMARY KEY (question_id, speaker_id)
);
CREATE INDEX assignment_speaker ON assignment (speaker_id);

-- Who said of a question that it is not theirs: where it is nobody's they are not asked with the others.
CREATE TABLE not_theirs (
  question_id TEXT NOT NULL REFERENCES question ON DELETE CASCADE,
  speaker_id TEXT NOT NULL REFERENCES speaker (id) ON DELETE CASCADE,
  PRIMARY KEY (question_id, speaker_id)
);
CREATE INDEX not_theirs_speaker ON not_theirs (speaker_id);

CREATE TABLE answer (
  id TEXT NOT NULL PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES question ON DELETE CASCADE,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  speaker_id TEXT REFERENCES speaker (id) ON DELETE SET NULL,
  person_id TEXT REFERENCES person ON DELETE SET NULL,
  part TEXT NOT NULL CHECK (part IN ('speaker', 'member', 'moderator')),
  name TEXT NOT NULL,                      -- as it was shown when the answer was given
  organisation TEXT NOT NULL,
  text TEXT NOT NULL,                      -- Markdown
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'published')),
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL
);
CREATE INDEX answer_question ON answer (question_id, published_at, id);
CREATE INDEX answer_event ON answer (event_id, state);
CREATE INDEX answer_removal ON answer (speaker_id);
CREATE INDEX answer_person ON answer (person_id);
CREATE UNIQUE INDEX answer_speaker ON answer (question_id, speaker_id) WHERE speaker_id IS NOT NULL;

CREATE TABLE comment (
  id TEXT NOT NULL PRIMARY KEY,
  question_id TEXT NOT NULL REFERENCES question ON DELETE CASCADE,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  person_id TEXT REFERENCES person ON DELETE SET NULL,
  text TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX comment_question ON comment (question_id, created_at, id);
CREATE INDEX comment_event ON comment (event_id, created_at, id);
CREATE INDEX comment_person ON comment (person_id);

-- How a question, an answer or a summary read before it was edited.
CREATE TABLE revision (
  subject_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  event_id TEXT NOT NULL REFERENCES event ON DELETE CASCADE,
  text TEXT NOT NULL,
  editor_id TEXT REFERENCES person ON DELETE SET NULL, -- who wrote what replaced it; empty where that must not be known
  at BIGINT NOT NULL,                      -- when it was replaced
  PRIMARY KEY (subject_id, version)
);
CREATE INDEX revision_event ON revision (event_id);
CREATE INDEX revision_editor ON revision (editor_id);
