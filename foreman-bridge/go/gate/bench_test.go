package gate

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"sluice.dev/foreman-bridge/go/breachv1"
)

// What a check costs among ten thousand services: by one goroutine, and by as many as there are cores.
func BenchmarkCheck(b *testing.B) {
	gate := &Gate{config: config{trustFor: time.Hour, observer: nobody{}, log: slog.New(slog.DiscardHandler), now: time.Now}}
	var services []*breachv1.ServiceStatus
	for i := range 10_000 {
		services = append(services, breachedStatus(Ref{Namespace: "default", Name: fmt.Sprintf("service-%d", i)}))
	}
	known, err := (&memory{}).after(snapshot(1, services...), time.Now())
	if err != nil {
		b.Fatal(err)
	}
	gate.memory.Store(known)
	ref := Ref{Namespace: "default", Name: "service-4711"}
	b.Run("alone", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			gate.Check(ref, 0)
		}
	})
	b.Run("together", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(asked *testing.PB) {
			for asked.Next() {
				gate.Check(ref, 0)
			}
		})
	})
}
