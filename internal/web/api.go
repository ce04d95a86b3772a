package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"convoke/internal/app"
	"convoke/internal/convoke"
)

// registerAPI names every route of the API: method, pattern, policy, what it does and which parameters it knows. What is open
// answers a stranger with what strangers may see, and the holder of a token with more.
func (s *Server) registerAPI() {
	s.api("GET", "/openapi.json", open, s.apiDocument)

	s.api("GET", "/users", bearer, s.read(s.apiUsers, "limit", "after"))
	s.api("POST", "/users", bearer, s.once(s.apiAddUser))
	s.api("GET", "/users/:email", bearer, s.read(s.apiUser))
	s.api("PATCH", "/users/:email", bearer, s.write(s.apiEditUser))
	s.api("DELETE", "/users/:email", bearer, s.write(s.apiDropUser))

	s.api("GET", "/communities", open, s.read(s.apiCommunities, "limit", "after", "mine", "parent"))
	s.api("POST", "/communities", bearer, s.once(s.apiAddCommunity))
	s.api("GET", "/communities/:community", open, s.read(s.apiCommunity))
	s.api("PATCH", "/communities/:community", bearer, s.write(s.apiEditCommunity))
	s.api("POST", "/communities/:community/join", bearer, s.act(s.apiJoin))
	s.api("POST", "/communities/:community/leave", bearer, s.act(s.apiLeave))
	s.api("POST", "/communities/:community/archive", bearer, s.once(s.apiArchive))
	s.api("POST", "/communities/:community/reactivate", bearer, s.act(s.apiReactivate))

	s.api("GET", "/communities/:community/members", bearer, s.read(s.apiMembers, "limit", "after"))
	s.api("GET", "/communities/:community/members/:email", bearer, s.read(s.apiMember))
	s.api("PUT", "/communities/:community/members/:email", bearer, s.write(s.apiPutMember))
	s.api("DELETE", "/communities/:community/members/:email", bearer, s.write(s.apiDropMember))
	s.api("GET", "/communities/:community/invitations", bearer, s.read(s.apiInvitations, "limit", "after"))
	s.api("POST", "/communities/:community/invitations", bearer, s.once(s.apiInvite))
	s.api("GET", "/communities/:community/join-requests", bearer, s.read(s.apiRequests, "limit", "after"))
	s.api("POST", "/communities/:community/join-requests", bearer, s.once(s.apiAsk))
	s.api("POST", "/communities/:community/join-requests/:request/approve", bearer, s.once(s.apiApprove))
	s.api("POST", "/communities/:community/join-requests/:request/reject", bearer, s.once(s.apiReject))

	s.api("GET", "/communities/:community/series", open, s.read(s.apiSeriesList, "limit", "after"))
	s.api("POST", "/communities/:community/series", bearer, s.once(s.apiAddSeries))
	s.api("POST", "/communities/:community/series/preview", bearer, s.once(s.apiPreviewSeries))
	s.api("GET", "/series/:series", open, s.read(s.apiSeries))
	s.api("PATCH", "/series/:series", bearer, s.write(s.apiEditSeries))
	s.api("GET", "/series/:series/sessions", open, s.read(s.apiSessions))
	s.api("POST", "/series/:series/sessions", bearer, s.once(s.apiAddSession))
	s.api("POST", "/series/:series/publish", bearer, s.act(s.apiPublishSeries, "dry_run"))
	s.api("POST", "/series/:series/cancel", bearer, s.once(s.apiCancelSeries))
	s.api("PUT", "/series/:series/answer", bearer, s.write(s.apiAnswerSeries))

	s.api("GET", "/communities/:community/meetings", open, s.read(s.apiMeetings, "limit", "after"))
	s.api("POST", "/communities/:community/meetings", bearer, s.once(s.apiAddMeeting))
	s.api("POST", "/communities/:community/meetings/preview", bearer, s.once(s.apiPreviewMeeting))
	s.api("GET", "/meetings/:meeting", open, s.read(s.apiMeeting))
	s.api("PATCH", "/meetings/:meeting", bearer, s.write(s.apiEditMeeting))
	s.api("POST", "/meetings/:meeting/publish", bearer, s.act(s.apiPublishMeeting, "dry_run"))
	s.api("POST", "/meetings/:meeting/cancel", bearer, s.once(s.apiCancelMeeting))
	s.api("PUT", "/meetings/:meeting/answer", bearer, s.write(s.apiAnswerMeeting))

	s.api("GET", "/events", open, s.read(s.apiEvents, "limit", "after", "from", "until", "kind", "language", "mine", "drafts", "latest"))
	s.api("GET", "/communities/:community/events", open, s.read(s.apiEvents, "limit", "after", "from", "until", "kind", "language", "series", "meeting", "drafts", "latest"))
	s.api("POST", "/communities/:community/events", bearer, s.once(s.apiAddEvent))
	s.api("GET", "/events/:event", open, s.read(s.apiEvent))
	s.api("PATCH", "/events/:event", bearer, s.write(s.apiEditEvent, "scope"))
	s.api("POST", "/events/:event/publish", bearer, s.act(s.apiPublishEvent))
	s.api("POST", "/events/:event/cancel", bearer, s.once(s.apiCancelEvent))
	s.api("POST", "/events/:event/restore", bearer, s.act(s.apiRestoreEvent))
	s.api("POST", "/events/:event/invite", bearer, s.act(s.apiInviteToEvent, "dry_run"))

	s.api("GET", "/events/:event/registrations", bearer, s.read(s.apiRegistrations, "limit", "after"))
	s.api("GET", "/events/:event/registrations/:email", bearer, s.read(s.apiRegistration))
	s.api("PUT", "/events/:event/registrations/:email", bearer, s.write(s.apiPutRegistration))
	s.api("DELETE", "/events/:event/registrations/:email", bearer, s.write(s.apiDropRegistration))

	s.registerQuestionsAPI()

	s.api("GET", "/events/:event/materials", open, s.read(s.apiMaterials))
	s.api("POST", "/events/:event/materials", bearer, s.once(s.apiAddMaterial))
	s.takesFile("/api/v1/events/:event/materials", convoke.MaxFile)
	s.api("GET", "/events/:event/materials/:material", open, s.read(s.apiMaterial))
	s.api("PATCH", "/events/:event/materials/:material", bearer, s.write(s.apiEditMaterial))
	s.api("DELETE", "/events/:event/materials/:material", bearer, s.write(s.apiDropMaterial))
	s.api("GET", "/events/:event/materials/:material/file", open, s.read(s.apiFile))
	s.api("GET", "/events/:event/materials/:material/captions/:language", open, s.read(s.apiCaptions))
	s.api("PUT", "/events/:event/materials/:material/captions/:language", bearer, s.write(s.apiPutCaptions))
	s.takesText("/api/v1/events/:event/materials/:material/captions/:language", convoke.MaxCaptions)
	s.api("DELETE", "/events/:event/materials/:material/captions/:language", bearer, s.write(s.apiDropCaptions))
	s.api("GET", "/events/:event/materials/:material/transcript", open, s.read(s.apiTranscript))
	s.api("PUT", "/events/:event/materials/:material/transcript", bearer, s.write(s.apiPutTranscript))
	s.takesText("/api/v1/events/:event/materials/:material/transcript", convoke.MaxTranscript)
	s.api("DELETE", "/events/:event/materials/:material/transcript", bearer, s.write(s.apiDropTranscript))

	s.api("GET", "/events/:event/summary", open, s.read(s.apiSummary))
	s.api("PUT", "/events/:event/summary", bearer, s.write(s.apiPutSummary))
	s.api("GET", "/events/:event/promises", bearer, s.read(s.apiPromises))
	s.api("PUT", "/events/:event/promises", bearer, s.write(s.apiPutPromises))
	s.api("PUT", "/events/:event/ready", bearer, s.write(s.apiPutReady))
	s.api("GET", "/communities/:community/resources", open, s.read(s.apiResources, "limit", "after", "q", "series", "year", "language"))
	s.api("GET", "/communities/:community/board", bearer, s.read(s.apiBoard, "limit", "after", "series"))

	s.api("GET", "/feeds", bearer, s.read(s.apiFeeds))
	s.api("POST", "/feeds", bearer, s.once(s.apiAddFeed))
	s.api("PATCH", "/feeds/:feed", bearer, s.write(s.apiRenameFeed))
	s.api("POST", "/feeds/:feed/renew", bearer, s.act(s.apiRenewFeed))
	s.api("DELETE", "/feeds/:feed", bearer, s.write(s.apiDropFeed))

	s.api("GET", "/me/mutes", bearer, s.read(s.apiMutes))
	s.api("PUT", "/me/mutes", bearer, s.write(s.apiMute))
	s.api("DELETE", "/me/mutes", bearer, s.write(s.apiUnmute, "scope", "id"))
	s.api("GET", "/me/sessions", bearer, s.read(s.apiBrowsers))
	s.api("DELETE", "/me/sessions/:session", bearer, s.write(s.apiEndSession))
	s.api("GET", "/me/tokens", bearer, s.read(s.apiTokens))
	s.api("POST", "/me/tokens", bearer, s.once(s.apiAddToken))
	s.api("DELETE", "/me/tokens/:token", bearer, s.write(s.apiRevokeToken))

	s.api("GET", "/delivery", bearer, s.read(s.apiDelivery, "limit", "after", "community", "event", "series", "meeting", "kind", "state"))
	s.api("POST", "/delivery/resend", bearer, s.act(s.apiResendAll, "event", "series"))
	s.api("POST", "/delivery/:letter/resend", bearer, s.act(s.apiResend))
	s.api("GET", "/due", bearer, s.read(s.apiDue, "limit", "after", "community", "event"))
}

// registerQuestionsAPI names the routes about questions and their answers.
func (s *Server) registerQuestionsAPI() {
	s.api("GET", "/events/:event/questions", open, s.read(s.apiQuestions, "limit", "after"))
	s.api("POST", "/events/:event/questions", bearer, s.once(s.apiAskQuestion))
	s.api("POST", "/events/:event/questions/import", bearer, s.once(s.apiTakeIn))
	s.api("POST", "/events/:event/speakers/:speaker/send-anew", bearer, s.act(s.apiSpeakerLinks(s.app.Questions.SendAnew)))
	s.api("POST", "/events/:event/speakers/:speaker/withdraw-links", bearer, s.act(s.apiSpeakerLinks(s.app.Questions.WithdrawLinks)))
	s.api("PUT", "/events/:event/questions/order", bearer, s.write(s.apiOrderQuestions))
	s.api("PUT", "/events/:event/questions/ask-until", bearer, s.write(s.apiAskUntil))
	s.api("POST", "/events/:event/questions/ask-speakers", bearer, s.act(s.apiAskSpeakers))
	s.api("POST", "/events/:event/questions/publish-answers", bearer, s.act(s.apiPublishAnswers))
	s.api("GET", "/events/:event/questions/:number", open, s.read(s.apiQuestion))
	s.api("PATCH", "/events/:event/questions/:number", bearer, s.write(s.apiEditQuestion))
	s.api("DELETE", "/events/:event/questions/:number", bearer, s.write(s.apiDropQuestion))
	s.api("GET", "/events/:event/questions/:number/history", bearer, s.read(s.apiQuestionHistory))
	s.api("POST", "/events/:event/questions/:number/merge", bearer, s.once(s.apiMergeQuestion))
	s.api("POST", "/events/:event/questions/:number/askers/me", bearer, s.once(s.apiAskToo))
	s.api("DELETE", "/events/:event/questions/:number/askers/me", bearer, s.write(s.apiAskNoMore))
	s.api("GET", "/events/:event/questions/:number/answers", open, s.read(s.apiAnswers))
	s.api("POST", "/events/:event/questions/:number/answers", bearer, s.once(s.apiAddAnswer))
	s.api("PATCH", "/answers/:answer", bearer, s.write(s.apiEditAnswer))
	s.api("DELETE", "/answers/:answer", bearer, s.write(s.apiDropAnswer))
	s.api("POST", "/answers/:answer/publish", bearer, s.act(s.apiPublishAnswer))
	s.api("GET", "/events/:event/questions/:number/comments", open, s.read(s.apiComments))
	s.api("POST", "/events/:event/questions/:number/comments", bearer, s.once(s.apiAddComment))
	s.api("DELETE", "/comments/:comment", bearer, s.write(s.apiDropComment))
}

// read is a GET: with a token it answers its holder, without one a stranger where the policy of the route lets it.
func (s *Server) read(h handler, params ...string) handler {
	inner := s.write(h, params...)
	return func(c *gin.Context) error {
		c.Writer.Header().Add("Vary", "Authorization")
		if c.GetHeader("Authorization") != "" && !viewer(c).Signed() {
			if s.withToken(c); c.IsAborted() {
				return nil // answered
			}
		}
		return inner(c)
	}
}

// write is anything else. Parameters it does not know are refused: a mistyped dry_run must not send what it was to try. A program that
// says which language it wants gets that, whoever's token it holds. The tags of answers name bytes in one language, not states, so a change that is to
// depend on one (RFC 9110 13.1.1) is not made.
func (s *Server) write(h handler, params ...string) handler {
	return func(c *gin.Context) error {
		if c.GetHeader("Accept-Language") != "" {
			p := person(c)
			p.Language = ""
			c.Set(keyPerson, p)
		}
		for name := range c.Request.URL.Query() {
			if !slices.Contains(params, name) {
				return convoke.Invalid(cut(name, 40), "error.query.unknown")
			}
		}
		if match := c.GetHeader("If-Match"); match != "" && strings.TrimSpace(match) != "*" && c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead {
			return convoke.Refuse(convoke.ReasonPrecondition, "error.if_match")
		}
		return h(c)
	}
}

// apiPath is the address of a resource.
func apiPath(noun, name string) string { return "/api/v1/" + noun + "/" + url.PathEscape(name) }

// answer answers a program that did something, and keeps the answer where the request had an idempotency key. Location may be empty; without v there is
// no body.
func (s *Server) answer(c *gin.Context, n int, location string, v any) error {
	body, err := jsonOf(v)
	if err != nil {
		return err
	}
	s.keep(c, n, location, body)
	return s.reply(c, n, location, body)
}

// jsonOf writes a value as JSON, nothing for nil.
func jsonOf(v any) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return buf.Bytes(), nil
}

func (s *Server) reply(c *gin.Context, n int, location string, body []byte) error {
	c.Header("Cache-Control", "private, no-cache")
	if location != "" {
		c.Header("Location", location)
	}
	if len(body) == 0 {
		c.Status(n)
		c.Writer.WriteHeaderNow()
		return nil
	}
	return s.send(c, n, "application/json; charset=utf-8", body)
}

// nothing answers that it is done.
func (s *Server) nothing(c *gin.Context) error { return s.answer(c, http.StatusNoContent, "", nil) }

// hasBody tells whether a request says anything; where everything may be left out, so may the body.
func hasBody(c *gin.Context) bool { return c.Request.ContentLength != 0 }

// decodeAny is decode for a body that may be missing.
func decodeAny(c *gin.Context, in any) error {
	if !hasBody(c) {
		return nil
	}
	return decode(c, in)
}

// act is once for what has no fields: nothing or {} is all that may be sent, for a mistyped note would otherwise be lost in silence.
func (s *Server) act(h handler, params ...string) handler {
	return s.once(func(c *gin.Context) error {
		var none struct{}
		if err := decodeAny(c, &none); err != nil {
			return err
		}
		return h(c)
	}, params...)
}

// An apiList is one page of a list. Next is missing on the last.
type apiList[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// An apiCursor is where a page ended: opaque to programs.
type apiCursor struct {
	At   convoke.Instant `json:"t,omitempty"`
	Name string          `json:"n,omitempty"`
	ID   convoke.ID      `json:"i"`
}

func (k apiCursor) String() string {
	text, _ := json.Marshal(k) // a struct of texts and a number
	return base64.RawURLEncoding.EncodeToString(text)
}

// The sizes of a page.
const (
	usualPage = 50
	mostPage  = 200
)

// apiPage reads how much of a list is asked for, and after what.
func apiPage(c *gin.Context) (limit int, after apiCursor, err error) {
	var f convoke.Faults
	limit = usualPage
	if text := c.Query("limit"); text != "" {
		n, err := strconv.Atoi(text)
		f.Check(err == nil && n >= 1 && n <= mostPage, "limit", "error.page.limit")
		limit = n
	}
	if text := c.Query("after"); text != "" {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		f.Check(err == nil && utf8.Valid(raw) && !holdsNUL(raw) && json.Unmarshal(raw, &after) == nil && after.ID != "", "after", "error.page.after")
	}
	return limit, after, f.Err()
}

// apiRows is apiPage for a list ordered by a moment and an ID: it asks for one row more than limit, which tells whether there is a next page.
func apiRows(c *gin.Context) (limit int, p app.Page, err error) {
	limit, after, err := apiPage(c)
	return limit, app.Page{AfterTime: after.At, AfterID: after.ID, Limit: limit + 1}, err
}

// listed makes a page of rows of which one more than asked for was read.
func listed[R, T any](rows []R, limit int, item func(R) T, at func(R) apiCursor) apiList[T] {
	out := apiList[T]{Items: []T{}}
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = at(rows[limit-1]).String()
	}
	for _, r := range rows {
		out.Items = append(out.Items, item(r))
	}
	return out
}

// whole makes the only page of a list.
func whole[R, T any](rows []R, item func(R) T) apiList[T] { return listed(rows, len(rows), item, nil) }

// apiChoice refuses a parameter that is none of the values it can have.
func apiChoice(c *gin.Context, name string, values []string) error {
	if text := c.Query(name); text != "" && !slices.Contains(values, text) {
		return convoke.Invalid(name, "error.query.value")
	}
	return nil
}

// apiFlag reads a parameter that is 1 or true, 0 or false.
func apiFlag(c *gin.Context, name string) (bool, error) {
	text := c.Query(name)
	if text == "" {
		return false, nil
	}
	v, err := strconv.ParseBool(text)
	if err != nil {
		return false, convoke.Invalid(name, "error.query")
	}
	return v, nil
}

// apiMoment reads a parameter that is an RFC 3339 moment.
func apiMoment(c *gin.Context, name string) (convoke.Instant, error) {
	text := c.Query(name)
	if text == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, convoke.Invalid(name, "error.query")
	}
	return convoke.At(t), nil
}
