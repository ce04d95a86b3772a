// Package calendar reads and writes iCalendar, and knows what a local time means.
//
// It is the only door to go-ical and rrule-go and holds their mends. Three decisions carry it:
//
//   - A wish ("14:00 on 9 March") is a DateTime without a zone; it becomes an instant only in Resolve, by RFC 5545
//     3.3.5. time.Date picks another instant for about half of the times inside a clock change.
//   - Rules are expanded on wall times labelled UTC, so that no zone can move, double or lose a date.
//   - A zone is written as one STANDARD and at most one DAYLIGHT with a yearly rule, because that is all Outlook reads
//     (MS-STANOICAL 2.2.47). A zone that does not fit is never approximated: its events are written in UTC.
package calendar
