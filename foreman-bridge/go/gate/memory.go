package gate

import (
	"errors"
	"maps"
	"time"

	"sluice.dev/foreman-bridge/go/breachv1"
)

// memory is what a gate remembers of its watch. Never changed once it is made, so it is read without a lock.
type memory struct {
	// revision is the one it is at; 0 before the first snapshot.
	revision uint64
	services map[Ref]*standing
	// heardAt says when the breach service was last heard, by our clock.
	heardAt time.Time
}

// isReady says whether a snapshot was ever seen.
func (m *memory) isReady() bool { return m.revision > 0 }

// after is what is remembered after a message; an error if it says something that this version doesn't know.
func (m *memory) after(message *breachv1.WatchResponse, now time.Time) (*memory, error) {
	next := &memory{revision: message.GetRevision(), services: m.services, heardAt: now}
	switch event := message.GetEvent().(type) {
	case *breachv1.WatchResponse_Snapshot:
		services := event.Snapshot.GetServices()
		next.services = make(map[Ref]*standing, len(services))
		return next, next.update(services)
	case *breachv1.WatchResponse_Changes:
		next.services = maps.Clone(m.services)
		if next.services == nil {
			next.services = map[Ref]*standing{}
		}
		err := next.update(event.Changes.GetUpdated())
		for _, removed := range event.Changes.GetRemoved() {
			delete(next.services, decodeRef(removed))
		}
		return next, err
	case *breachv1.WatchResponse_Heartbeat:
		if message.GetRevision() == 0 {
			// A server that knows nothing yet: no word on what we remember.
			return m, nil
		}
		return next, nil
	default:
		return nil, errors.New("event: not set (expected: snapshot, changes or heartbeat)")
	}
}

func (m *memory) update(services []*breachv1.ServiceStatus) error {
	for _, status := range services {
		decoded, err := decodeStanding(status)
		if err != nil {
			return err
		}
		m.services[decoded.ref] = decoded
	}
	return nil
}

// decide answers from memory, for as long as it is trusted.
func (m *memory) decide(ref Ref, priority int32, trustFor time.Duration, now time.Time, chance func() float64) Decision {
	if !m.isReady() {
		return Decision{Admit: true, FailOpen: true, AdmitFraction: 1, ref: ref}
	}
	// A clock that was set back makes no silence.
	silence := max(0, now.Sub(m.heardAt))
	if silence > trustFor {
		return Decision{Admit: true, FailOpen: true, AdmitFraction: 1, Silence: silence, ref: ref, trustFor: trustFor}
	}
	decision := Decision{Admit: true, Reason: NoService, AdmitFraction: 1, ref: ref}
	if standing := m.services[ref]; standing != nil {
		decision = standing.decide(priority, now, chance)
	}
	decision.Silence, decision.Revision = silence, m.revision
	return decision
}
