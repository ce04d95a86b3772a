package rig

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Listening gives the Convoke an address of this machine, for a real browser; the base URL is that address.
func Listening(t testing.TB) Option {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return func(o *options) { o.base, o.listener = "http://"+l.Addr().String(), l }
}

// Serve answers at the address of [Listening] until the test ends.
func (r *Rig) Serve() {
	r.t.Helper()
	s := &http.Server{Handler: r.Web(), ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(r.o.listener) // it ends by being closed
	}()
	r.t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
}

// Browser is one Chromium window with cookies of its own.
type Browser struct {
	t    testing.TB
	base string
	ctx  context.Context
}

// Browser opens Chromium. Without one the test is passed over, which CI must not do.
func (r *Rig) Browser() *Browser { return OpenBrowser(r.t, r.o.base) }

// OpenBrowser opens Chromium for a service at an address.
func OpenBrowser(t testing.TB, base string) *Browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			program = p
			break
		}
	}
	if program == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no Chromium")
		}
		t.Skip("there is no Chromium: nothing is tried in a browser")
	}
	profile, err := os.MkdirTemp("", "convoke-browser-")
	if err != nil {
		t.Fatal(err)
	}
	o := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), o...)
	ctx, end := chromedp.NewContext(alloc)
	ctx, late := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(func() {
		late()
		end()
		stop()
		// Chromium's own children write into the profile for a moment after it has ended; nothing tells when they have.
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			err := os.RemoveAll(profile)
			if err == nil {
				return
			}
			if time.Now().After(deadline) {
				t.Error(err)
				return
			}
		}
	})
	b := &Browser{t: t, base: base, ctx: ctx}
	b.run(chromedp.Navigate("about:blank"))
	return b
}

// Print gives a page as a PDF on the paper that its style sheet names.
func (b *Browser) Print(path string) (pdf []byte) {
	b.t.Helper()
	b.Open(path)
	b.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
		return err
	}))
	return pdf
}

func (b *Browser) run(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// Open goes to a path of the service, or to a whole address.
func (b *Browser) Open(path string) {
	b.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = b.base + path
	}
	b.run(chromedp.Navigate(path), chromedp.WaitReady("body", chromedp.ByQuery))
}

// Fill types into the field that a selector finds, in place of what stands there.
func (b *Browser) Fill(selector, text string) {
	b.t.Helper()
	b.run(chromedp.SetValue(selector, text, chromedp.ByQuery))
}

// Type puts the cursor at the end of the field that a selector finds and types.
func (b *Browser) Type(selector, text string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(`{ const field = document.querySelector(`+quote(selector)+`); field.setSelectionRange(field.value.length, field.value.length) }`, nil),
		chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// Until waits until a JavaScript expression is true on the page.
func (b *Browser) Until(expression string) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, chromedp.Poll(expression, nil)); err != nil {
		b.t.Fatalf("wait until %s: %v\n%s", expression, err, b.Text())
	}
}

// Asks clicks what a selector finds and tells whether the browser asks before it leaves the page; if so, it stays.
func (b *Browser) Asks(selector string) (asks bool) {
	b.t.Helper()
	ctx, end := context.WithCancel(b.ctx)
	defer end()
	seen, clicked := make(chan bool, 8), make(chan error, 1)
	chromedp.ListenTarget(ctx, func(event any) {
		switch event.(type) {
		case *page.EventJavascriptDialogOpening:
			seen <- true
		case *page.EventLoadEventFired:
			seen <- false
		}
	})
	go func() { clicked <- chromedp.Run(b.ctx, click(selector)) }()
	select {
	case asks = <-seen:
	case <-b.ctx.Done():
		b.t.Fatalf("press %s: nothing happens", selector)
	}
	if asks {
		b.run(page.HandleJavaScriptDialog(false))
	}
	if err := <-clicked; err != nil {
		b.t.Fatalf("press %s: %v", selector, err)
	}
	return asks
}

// Press clicks what a selector finds and waits for the page it leads to.
func (b *Browser) Press(selector string) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Evaluate(`document.querySelector(`+quote(selector)+`).closest("details")?.setAttribute("open", "")`, nil),
		chromedp.WaitVisible(selector, chromedp.ByQuery), click(selector)); err != nil {
		b.t.Fatalf("press %s: %v\n%s", selector, err, b.Text())
	}
}

// click lets the page click as its reader would: a pointer misses what moves meanwhile.
func click(selector string) chromedp.Action {
	return chromedp.Evaluate(`document.querySelector(`+quote(selector)+`).click()`, nil, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithUserGesture(true) })
}

// Upload chooses a file in the field that a selector finds.
func (b *Browser) Upload(selector, file string) {
	b.t.Helper()
	b.run(chromedp.SetUploadFiles(selector, []string{file}, chromedp.ByQuery))
}

// Text is what the page says.
func (b *Browser) Text() string {
	b.t.Helper()
	var out string
	b.run(chromedp.Evaluate("document.body.innerText", &out))
	return out
}

// Address is where the browser is.
func (b *Browser) Address() string {
	b.t.Helper()
	var out string
	b.run(chromedp.Location(&out))
	return out
}

// Evaluate runs a script on the page.
func (b *Browser) Evaluate(script string, out any) {
	b.t.Helper()
	b.run(chromedp.Evaluate(script, out))
}

// Size makes the window as wide and high as a screen.
func (b *Browser) Size(width, height int64) {
	b.t.Helper()
	b.run(emulation.SetDeviceMetricsOverride(width, height, 1, false))
}

// Picture is the page at a width and a height, as WebP; a height of zero means the whole page.
func (b *Browser) Picture(width, height int64) (out []byte) {
	b.t.Helper()
	b.run(emulation.SetDeviceMetricsOverride(width, max(height, 800), 1, false), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		out, err = page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatWebp).WithQuality(30).WithCaptureBeyondViewport(height == 0).Do(ctx)
		return err
	}))
	return out
}

// Keep writes a picture of the page, narrow and wide, into the folder that CONVOKE_PICTURES names, for people to look at.
func (b *Browser) Keep(name string) {
	b.t.Helper()
	dir := os.Getenv("CONVOKE_PICTURES")
	if dir == "" {
		return
	}
	for suffix, width := range map[string]int64{"-360": 360, "-1280": 1280} {
		if err := os.WriteFile(filepath.Join(dir, name+suffix+".webp"), b.Picture(width, 0), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	b.run(emulation.ClearDeviceMetricsOverride())
}

func quote(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}

// Cookies is how many cookies the browser holds, whatever scripts may see of them.
func (b *Browser) Cookies() (n int) {
	b.t.Helper()
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		list, err := storage.GetCookies().Do(ctx)
		n = len(list)
		return err
	}))
	return n
}
