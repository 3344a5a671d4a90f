package gate

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/prototext"

	"sluice.dev/foreman-bridge/go/breachv1"
)

// The file holds what the Java server decides: GoDecisionsTest makes it, and fails when it is outdated.
func TestDecidesWhatTheJavaServerDecidesInTheSameWords(t *testing.T) {
	file, err := os.Open("testdata/decisions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var service *standing
	// By priority and time, what chance may make of it.
	var expected map[string][]string
	read, checked := bufio.NewScanner(file), 0
	for read.Scan() {
		if status, begins := strings.CutPrefix(read.Text(), "status\t"); begins {
			checked += check(t, service, expected)
			service, expected = parse(t, status), map[string][]string{}
			continue
		}
		fields := strings.SplitN(read.Text(), "\t", 3)
		asked := fields[0] + "\t" + fields[1]
		expected[asked] = append(expected[asked], fields[2])
	}
	checked += check(t, service, expected)
	if read.Err() != nil || checked < 400 {
		t.Errorf("%d checked, %v (expected: at least 400)", checked, read.Err())
	}
}

func parse(t *testing.T, text string) *standing {
	t.Helper()
	var wire breachv1.ServiceStatus
	if err := prototext.Unmarshal([]byte(text), &wire); err != nil {
		t.Fatal(err)
	}
	decoded, err := decodeStanding(&wire)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func check(t *testing.T, service *standing, expected map[string][]string) int {
	t.Helper()
	for asked, outcomes := range expected {
		priorityText, instantText, _ := strings.Cut(asked, "\t")
		priority, err := strconv.ParseInt(priorityText, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, instantText)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(outcomes)
		if decided := byChance(service, int32(priority), now); !slices.Equal(decided, outcomes) {
			t.Errorf("priority %d at %s:\n%s\n(expected:\n%s)", priority, instantText,
				strings.Join(decided, "\n"), strings.Join(outcomes, "\n"))
		}
	}
	return len(expected)
}

// byChance is what good luck and bad luck make of it.
func byChance(service *standing, priority int32, now time.Time) []string {
	var decided []string
	for _, luck := range []float64{0, 0.9999} {
		decision := service.decide(priority, now, func() float64 { return luck })
		decided = append(decided, fmt.Sprintf("%s\t%s\t%s\t%s", decision.Answer(), decision.Reason,
			javaDouble(decision.AdmitFraction), decision.Message()))
	}
	slices.Sort(decided)
	return slices.Compact(decided)
}

// javaDouble writes a fraction as Java does: 1.0, not 1.
func javaDouble(value float64) string {
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
