package gate

import (
	"testing"
	"time"
)

func TestPausesDoubleUpToTheLast(t *testing.T) {
	pauses := backoff{first: 250 * time.Millisecond, last: 10 * time.Second}
	for failures, millis := range map[int]int64{0: 250, 1: 500, 5: 8000, 6: 10000, 1_000_000: 10000} {
		if got := pauses.pause(failures, 0.5).Milliseconds(); got != millis {
			t.Errorf("%d failures: %d ms (expected: %d)", failures, got, millis)
		}
	}
}

func TestPausesAreSpreadByAFifthEitherWay(t *testing.T) {
	pauses := backoff{first: 250 * time.Millisecond, last: 10 * time.Second}
	if least, most := pauses.pause(0, 0), pauses.pause(0, 1); least != 200*time.Millisecond || most != 300*time.Millisecond {
		t.Errorf("between %s and %s (expected: 200ms and 300ms)", least, most)
	}
}
