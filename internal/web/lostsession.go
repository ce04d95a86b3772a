package web

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"convoke/internal/convoke"
)

// keptField is one field of a form that was sent after its session had ended, to be sent again.
type keptField struct {
	Name, Value string
}

// Long tells whether somebody may want to see that it is there, and copy it.
func (f keptField) Long() bool { return len(f.Value) > 60 || strings.Contains(f.Value, "\n") }

// keptForm lists the fields of a form that is worth keeping until its sender has signed in: it holds words, or more than a button says.
func keptForm(c *gin.Context) (list []keptField) {
	form, err := readForm(c)
	if err != nil {
		return nil
	}
	text := convoke.Answer(writtenIn(form))
	words, filled := text != "" && text != convoke.Yes && text != convoke.Maybe && text != convoke.No, 0
	for name, values := range form {
		for _, v := range values {
			list = append(list, keptField{name, v})
			if v != "" {
				filled++
			}
			words = words || len(strings.Fields(v)) > 1
		}
	}
	if !words && filled < 4 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b keptField) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// comeBack is the page asked for, or the one whose form was sent, which by our rule is its action without the last step.
func comeBack(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	to := path.Dir(r.URL.Path)
	if path.Dir(to) == "/subscribe" { // a feed has no page of its own
		return "/subscribe"
	}
	return to
}
