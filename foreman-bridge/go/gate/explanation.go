package gate

import (
	"fmt"
	"math"
	"time"
)

// note is what a decision adds to the verdict.
type note int

const (
	noNote note = iota
	noteWaits
	noteFraction
	noteHeld
	noteObserves
	noteAdmitsAllTheSame
	notePasses
	noteFull
)

func (d Decision) noteWords() string {
	switch d.note {
	case noteWaits:
		return fmt.Sprintf("priority %d waits", d.priority)
	case noteFraction:
		return fmt.Sprintf("%d%% of work is admitted", int64(math.Round(d.AdmitFraction*100)))
	case noteHeld:
		verdict := d.standing.verdict
		return "what " + verdict.held.word() + " led to is held until " + seconds(verdict.holdUntil)
	case noteObserves:
		return "its policy only observes"
	case noteAdmitsAllTheSame:
		return "its policy admits all the same"
	case notePasses:
		return fmt.Sprintf("priority %d passes (from %d)", d.priority, *d.standing.rules.minPriority)
	case noteFull:
		return fmt.Sprintf("all %d admissions of this step are given", d.standing.rules.admitPerStep)
	case noNote:
	}
	return ""
}

// explain puts a decision in words, those of the server and of the Java client.
func (s *standing) explain(note string) string {
	text := "InferenceService " + s.ref.String() + " is " + s.verdict.state.word() + " since " + seconds(s.verdict.since)
	if s.verdict.words != "" {
		text += ": " + s.verdict.words
	}
	if note != "" {
		text += "; " + note
	}
	return text + "; decision " + s.verdict.decision
}

func seconds(instant time.Time) string {
	return instant.UTC().Truncate(time.Second).Format(time.RFC3339)
}
