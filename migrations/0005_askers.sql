-- +goose Up

-- Nobody is shown whose a letter of answers is, with a name or without: where some are, who asked without a name is whoever is left.
UPDATE letter SET class = 'unnamed' WHERE kind = 'answers';
