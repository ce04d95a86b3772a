// Package mailer turns a Message into MIME, hands it to a mail server, and reads one back.
//
// It stands between Convoke and go-mail, which composes well and sends carelessly, and closes what was measured there:
//
//   - Render works on finished bytes in memory, under recover, and reads the result back before anyone sees it. go-mail lets CRLF
//     in addresses, file names and header names through, panics when a part fails and swallows errors of attachments; here header
//     names, file names and types are constants, and addresses come from ParseAddress.
//   - Dial and Send put a deadline on every reply and every write (go-mail hangs for ever on a server that never greets), end with
//     the context, never redial by themselves, carry one recipient per transaction and close the connection at any error, because
//     after a refused RCPT every further mail would be refused.
//   - A password goes only over TLS or to this machine, and if a password is set and the server does not ask for one, that is an
//     error and not an unauthenticated mail.
//   - Every failure says whose it is (Outcome). A connection lost before the final dot means the mail was not taken; after it nobody
//     knows, and only this package can tell the two apart (InDoubt).
package mailer
