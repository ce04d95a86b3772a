package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
)

// Policy says who a route is for. What they may do there is for package app to decide.
type Policy string

// The policies. A route without one cannot be registered.
const (
	anyone   Policy = "anyone"    // strangers too
	signedIn Policy = "signed in" // others are sent to sign in
	operator Policy = "operator"  // whoever runs the instance
	letter   Policy = "letter"    // the holder of a mailed link, without a session
	bearer   Policy = "bearer"    // the holder of an API token
	open     Policy = "open"      // programs and machines, without a session: feeds, health, assets
)

// Route is one registered route, for tests that walk them all.
type Route struct {
	Method, Pattern string
	Policy          Policy
}

// Routes lists every route. A pattern answering both as page and as feed is listed twice, the second time with its suffix.
func (s *Server) Routes() []Route { return s.routes }

type handler func(*gin.Context) error

// register names every route but those of the API.
func (s *Server) register() {
	s.get("/", anyone, s.front)
	s.raw("/healthz", open, s.healthz)
	s.raw("/readyz", open, s.readyz)
	s.raw("/robots.txt", open, s.robots)
	s.raw("/favicon.ico", open, s.favicon)
	s.raw("/static/*file", open, s.static)

	s.get("/settings", anyone, s.settings)
	s.post("/settings", anyone, s.saveSettings)

	s.registerReading()
	s.registerSigning()
	s.registerPlanning()
	s.registerOperator()
}

// get registers a page, for HEAD too.
func (s *Server) get(pattern string, p Policy, h handler) {
	s.add(http.MethodGet, pattern, p, s.withViewer, s.demand(p), s.handle(h))
	s.add(http.MethodHead, pattern, p, s.withViewer, s.demand(p), s.handle(h))
}

// post registers what a form does.
func (s *Server) post(pattern string, p Policy, h handler) {
	s.add(http.MethodPost, pattern, p, s.withViewer, s.demand(p), s.handle(h))
}

// raw registers an answer to GET and HEAD that knows nothing of sessions.
func (s *Server) raw(pattern string, p Policy, h handler) {
	s.add(http.MethodGet, pattern, p, s.handle(h))
	s.add(http.MethodHead, pattern, p, s.handle(h))
}

// api registers a route of the API, for the holder of a token, or for anybody with policy open.
func (s *Server) api(method, pattern string, p Policy, h handler) {
	pattern = "/api/v1" + pattern
	chain := []gin.HandlerFunc{s.handle(h)}
	if p == bearer {
		chain = []gin.HandlerFunc{s.withToken, s.handle(h)}
	}
	s.add(method, pattern, p, chain...)
	if method == http.MethodGet {
		s.add(http.MethodHead, pattern, p, chain...)
	}
}

const feedSuffix = ".ics"

// pageOrFeed registers a page and, at the same address with .ics behind it, a feed. gin knows no suffix after a parameter.
func (s *Server) pageOrFeed(pattern string, p Policy, page, feed handler) {
	last := pattern[strings.LastIndexAny(pattern, ":")+1:]
	asFeed := s.handle(feed)
	pick := func(c *gin.Context) {
		value, ok := strings.CutSuffix(c.Param(last), feedSuffix)
		if !ok {
			return // on to the page
		}
		for i := range c.Params {
			if c.Params[i].Key == last {
				c.Params[i].Value = value
			}
		}
		c.Set(keyRoute, pattern+feedSuffix)
		asFeed(c)
		c.Abort()
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		s.add(method, pattern, p, pick, s.withViewer, s.demand(p), s.handle(page))
		s.routes = append(s.routes, Route{method, pattern + feedSuffix, open})
	}
}

func (s *Server) add(method, pattern string, p Policy, chain ...gin.HandlerFunc) {
	switch p {
	case anyone, signedIn, operator, letter, bearer, open:
	default:
		panic("web: " + method + " " + pattern + " has no policy")
	}
	s.engine.Handle(method, pattern, chain...)
	s.routes = append(s.routes, Route{method, pattern, p})
}

// handle wraps a handler: its error is answered in one place.
func (s *Server) handle(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			s.fail(c, err)
		}
	}
}

// demand lets through whom the policy of a route is for.
func (s *Server) demand(p Policy) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := viewer(c)
		var err error
		switch {
		case p == signedIn && !v.Signed(), p == operator && !v.Signed():
			err = convoke.ErrSignIn
		case p == operator && !v.Operator:
			err = convoke.ErrNotFound // what only the operator has is nobody else's business
		}
		if err != nil {
			c.Abort()
			s.fail(c, err)
		}
	}
}

// nowhere answers for what is no address of ours, to whoever is signed in with their name at the top.
func (s *Server) nowhere(err error) handler {
	return func(c *gin.Context) error {
		if !isAPI(c) && !isPlain(c) {
			if s.withViewer(c); c.IsAborted() {
				return nil
			}
		}
		return err
	}
}

// registerReading names what people read and answer.
func (s *Server) registerReading() {
	s.get("/communities", anyone, s.communities)
	s.get("/calendar", anyone, s.wholeCalendar)
	s.raw("/calendar.ics", open, s.allFeed)
	s.raw("/feeds/:token", open, s.ownFeed)
	s.raw("/feeds/:token/:material/:name", open, s.ownFile)
	s.get("/help", anyone, s.help)
	s.get("/help/:topic", anyone, s.helpTopic)

	s.get("/c/:community", anyone, s.community)
	s.post("/c/:community/join", signedIn, s.join)
	s.post("/c/:community/invitation", signedIn, s.answerInvitation)
	s.post("/c/:community/leave", signedIn, s.leave)
	s.get("/c/:community/ask", signedIn, s.ask)
	s.post("/c/:community/ask", signedIn, s.sendAsk)
	s.get("/c/:community/groups", anyone, s.groups)
	s.get("/c/:community/members", signedIn, s.members)
	s.get("/c/:community/calendar", anyone, s.calendar)
	s.get("/c/:community/resources", anyone, s.resources)
	s.raw("/c/:community/calendar.ics", open, s.communityFeed)
	s.raw("/c/:community/recordings.atom", open, s.recordingsAtom)
	s.raw("/c/:community/podcast.xml", open, s.podcast)
	s.raw("/c/:community/podcast/:material/:name", open, s.podcastFile)
	s.pageOrFeed("/c/:community/series/:series", anyone, s.series, s.seriesFeed)
	s.get("/c/:community/series/:series/sessions.csv", anyone, s.seriesCSV)
	s.post("/c/:community/series/:series/answer", signedIn, s.answerSeries)
	s.pageOrFeed("/c/:community/meetings/:meeting", anyone, s.meeting, s.meetingFeed)
	s.post("/c/:community/meetings/:meeting/answer", signedIn, s.answerMeeting)
	s.pageOrFeed("/c/:community/events/:event", anyone, s.event, s.eventFeed)
	s.get("/c/:community/events/:event/calendar", signedIn, s.eventEntry)
	s.get("/c/:community/events/:event/qr.png", anyone, s.eventQR)
	s.post("/c/:community/events/:event/answer", signedIn, s.answerEvent)
	s.get("/c/:community/events/:event/materials/:material", anyone, s.materialFile)
	s.get("/c/:community/events/:event/materials/:material/captions/:language", anyone, s.captions)
	s.get("/c/:community/events/:event/materials/:material/transcript", anyone, s.transcript)
	s.get("/c/:community/events/:event/summary", anyone, s.summary)
	s.get("/c/:community/events/:event/questions", anyone, s.questions)
	s.post("/c/:community/events/:event/questions/ask", signedIn, s.askQuestion)
	s.get("/c/:community/events/:event/questions/export.md", anyone, s.exportMarkdown)
	s.get("/c/:community/events/:event/questions/export.csv", anyone, s.exportCSV)
	s.get("/c/:community/events/:event/questions/:number", anyone, s.question)
	s.post("/c/:community/events/:event/questions/:number/ask-too", signedIn, s.askToo)
	s.post("/c/:community/events/:event/questions/:number/answer", signedIn, s.answerQuestion)
	s.post("/c/:community/events/:event/questions/:number/edit-answer", signedIn, s.editAnswer)
	s.post("/c/:community/events/:event/questions/:number/remove-answer", signedIn, s.removeAnswer)
	s.post("/c/:community/events/:event/questions/:number/comment", signedIn, s.commentQuestion)
	s.post("/c/:community/events/:event/questions/:number/remove-comment", signedIn, s.uncommentQuestion)

	s.get("/subscribe", anyone, s.subscribeAll)
	s.get("/me/feeds", signedIn, s.subscribeAll)
	s.post("/subscribe/add", signedIn, s.addAllFeed)
	s.post("/subscribe/:feed/renew", signedIn, s.renewFeed)
	s.post("/subscribe/:feed/stop", signedIn, s.stopFeed)
	s.post("/subscribe/:feed/rename", signedIn, s.renameFeed)
	s.get("/c/:community/subscribe", anyone, s.subscribeCommunity)
	s.post("/c/:community/subscribe/add", signedIn, s.addCommunityFeed)
	s.get("/c/:community/series/:series/subscribe", anyone, s.subscribeSeries)
	s.post("/c/:community/series/:series/subscribe/add", signedIn, s.addSeriesFeed)
	s.get("/c/:community/meetings/:meeting/subscribe", anyone, s.subscribeMeeting)
	s.post("/c/:community/meetings/:meeting/subscribe/add", signedIn, s.addMeetingFeed)
}

// registerSigning names what gets people in, what is theirs alone, and mailed links.
func (s *Server) registerSigning() {
	s.get("/sign-in", anyone, s.signInPage)
	s.post("/sign-in/mail", anyone, s.askSignIn)
	s.get("/sign-in/code", anyone, s.codePage)
	s.post("/sign-in/code/use", anyone, s.useCode)
	s.get("/welcome", signedIn, s.welcome)
	s.post("/welcome/save", signedIn, s.saveWelcome)
	s.post("/sign-out", anyone, s.endSignIn)

	s.get("/me", signedIn, s.me)
	s.post("/me/save", signedIn, s.saveMe)
	s.post("/me/end-session", signedIn, s.endSession)
	s.post("/me/add-token", signedIn, s.addToken)
	s.post("/me/revoke-token", signedIn, s.revokeToken)
	s.get("/me/mail", signedIn, s.myMail)
	s.post("/me/mail/mute", signedIn, s.muteMail)

	s.get("/l/:token", letter, s.letter)
	s.post("/l/:token", letter, s.useLetter)
	s.post("/l/:token/answer", letter, s.answerSpeaker)
	s.post("/l/:token/pass", letter, s.passSpeaker)
	s.post("/l/:token/not-mine", letter, s.declineSpeaker)
	s.post("/l/:token/renew", letter, s.renewSpeaker)
	s.raw("/l/:token/dates.ics", letter, s.letterDates)
}

// registerPlanning names the editors of communities, series, meetings and events.
func (s *Server) registerPlanning() {
	s.get("/c/:community/admin", signedIn, s.desk)
	s.get("/c/:community/admin/requests", signedIn, s.requests)
	s.post("/c/:community/admin/requests/decide", signedIn, s.decideRequests)
	s.get("/c/:community/admin/invitations", signedIn, s.invitations)
	s.post("/c/:community/admin/invitations/send", signedIn, s.invite)
	s.get("/c/:community/admin/members", signedIn, s.memberDesk)
	s.post("/c/:community/admin/members/role", signedIn, s.setRole)
	s.post("/c/:community/admin/members/remove", signedIn, s.removeMember)
	s.get("/c/:community/admin/events/new", signedIn, s.newEvent)
	s.post("/c/:community/admin/events/new/create", signedIn, s.createEvent)
	s.get("/c/:community/admin/events/:event", signedIn, s.editEvent)
	s.post("/c/:community/admin/events/:event/save", signedIn, s.saveEvent)
	s.post("/c/:community/admin/events/:event/invite", signedIn, s.inviteEvent)
	s.get("/c/:community/admin/events/:event/questions", signedIn, s.questionDesk)
	s.post("/c/:community/admin/events/:event/questions/order", signedIn, s.orderQuestions)
	s.post("/c/:community/admin/events/:event/questions/publish", signedIn, s.publishAnswers)
	s.post("/c/:community/admin/events/:event/questions/ask-speakers", signedIn, s.askSpeakers)
	s.post("/c/:community/admin/events/:event/questions/speaker-links", signedIn, s.speakerLinks)
	s.post("/c/:community/admin/events/:event/questions/ask-until", signedIn, s.askUntil)
	s.get("/c/:community/admin/events/:event/questions/paste", signedIn, s.questionPaste)
	s.post("/c/:community/admin/events/:event/questions/paste", signedIn, s.lookOver)
	s.post("/c/:community/admin/events/:event/questions/paste/take", signedIn, s.takeIn)
	s.get("/c/:community/admin/events/:event/questions/:number", signedIn, s.questionEdit)
	s.post("/c/:community/admin/events/:event/questions/:number/save", signedIn, s.saveQuestion)
	s.post("/c/:community/admin/events/:event/questions/:number/answer", signedIn, s.writeAnswer)
	s.post("/c/:community/admin/events/:event/questions/:number/change", signedIn, s.changeAnswer)
	s.post("/c/:community/admin/events/:event/questions/:number/decline", signedIn, s.declineQuestion)
	s.post("/c/:community/admin/events/:event/questions/:number/merge", signedIn, s.mergeQuestion)
	s.post("/c/:community/admin/events/:event/questions/:number/remove", signedIn, s.removeQuestion)
	s.post("/c/:community/admin/events/:event/cancel", signedIn, s.cancelEvent)
	s.post("/c/:community/admin/events/:event/restore", signedIn, s.restoreEvent)
	s.get("/c/:community/admin/board", signedIn, s.board)
	s.get("/c/:community/admin/events/:event/summary", signedIn, s.summaryDesk)
	s.post("/c/:community/admin/events/:event/summary/save", signedIn, s.saveSummary)
	s.post("/c/:community/admin/events/:event/summary/promises", signedIn, s.savePromises)
	s.post("/c/:community/admin/events/:event/summary/ready", signedIn, s.saveReady)
	s.get("/c/:community/admin/events/:event/materials", signedIn, s.materials)
	s.post("/c/:community/admin/events/:event/materials/add", signedIn, s.addMaterial)
	s.takesFile("/c/:community/admin/events/:event/materials/add", convoke.MaxFile)
	s.get("/c/:community/admin/events/:event/materials/:material", signedIn, s.material)
	s.post("/c/:community/admin/events/:event/materials/:material/save", signedIn, s.saveMaterial)
	s.post("/c/:community/admin/events/:event/materials/:material/raise", signedIn, s.raiseMaterial)
	s.post("/c/:community/admin/events/:event/materials/:material/remove", signedIn, s.removeMaterial)
	s.post("/c/:community/admin/events/:event/materials/:material/captions", signedIn, s.addCaptions)
	s.takesFile("/c/:community/admin/events/:event/materials/:material/captions", convoke.MaxCaptions)
	s.post("/c/:community/admin/events/:event/materials/:material/drop-captions", signedIn, s.dropCaptions)
	s.post("/c/:community/admin/events/:event/materials/:material/transcript", signedIn, s.addTranscript)
	s.takesFile("/c/:community/admin/events/:event/materials/:material/transcript", convoke.MaxTranscript)
	s.post("/c/:community/admin/events/:event/materials/:material/drop-transcript", signedIn, s.dropTranscript)
	s.get("/c/:community/admin/series/new", signedIn, s.planner)
	s.post("/c/:community/admin/series/new/create", signedIn, s.planSeries)
	s.get("/c/:community/admin/series/:series", signedIn, s.editSeries)
	s.post("/c/:community/admin/series/:series/save", signedIn, s.saveSeries)
	s.post("/c/:community/admin/series/:series/add", signedIn, s.addSession)
	s.post("/c/:community/admin/series/:series/publish", signedIn, s.publishDraft)
	s.post("/c/:community/admin/series/:series/cancel", signedIn, s.cancelSeries)
	s.get("/c/:community/admin/meetings/new", signedIn, s.meetingEditor)
	s.post("/c/:community/admin/meetings/new/create", signedIn, s.createMeeting)
	s.get("/c/:community/admin/meetings/:meeting", signedIn, s.meetingEditor)
	s.post("/c/:community/admin/meetings/:meeting/save", signedIn, s.saveMeeting)
	s.post("/c/:community/admin/meetings/:meeting/cancel", signedIn, s.cancelMeeting)
	s.get("/c/:community/admin/groups/new", signedIn, s.newGroup)
	s.post("/c/:community/admin/groups/new/create", signedIn, s.createGroup)
	s.get("/c/:community/admin/settings", signedIn, s.communitySettings)
	s.post("/c/:community/admin/settings/save", signedIn, s.saveCommunity)
	s.post("/c/:community/admin/settings/archive", signedIn, s.archiveCommunity)
	s.post("/c/:community/admin/settings/reactivate", signedIn, s.reactivateCommunity)
}

// registerOperator names what only whoever runs the instance has.
func (s *Server) registerOperator() {
	s.get("/admin", operator, s.admin)
	s.get("/admin/people", operator, s.accounts)
	s.post("/admin/people/add", operator, s.addAccount)
	s.post("/admin/people/change", operator, s.changeAccount)
	s.post("/admin/people/remove", operator, s.removeAccount)
	s.get("/admin/mail", operator, s.captured)
	s.get("/admin/mail/:letter", operator, s.capturedMail)
	s.get("/admin/mail/:letter/html", operator, s.capturedHTML)
	s.get("/admin/delivery", signedIn, s.delivery)
	s.post("/admin/delivery/resend", signedIn, s.resendLetter)
	s.get("/admin/communities/new", operator, s.newCommunity)
	s.post("/admin/communities/new/create", operator, s.createCommunity)
}
