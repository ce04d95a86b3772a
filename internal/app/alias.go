package app

import "convoke/internal/store"

// The filters and rows of lists, under this package's name, so that package web needs no door to the store.
type (
	CommunityFilter = store.CommunityFilter
	EventFilter     = store.EventFilter
	MemberFilter    = store.MemberFilter
	LetterFilter    = store.LetterFilter
	MemberRow       = store.MemberRow
	AnswerRow       = store.AnswerRow
	AskerRow        = store.ShownAsker
	LetterRow       = store.LetterRow
	ZoneCount       = store.ZoneCount
	Page            = store.Page
)
