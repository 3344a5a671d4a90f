package fleet

import (
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/proto"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fleet.pb")
	made := New(3)

	if err := made.Write(file); err != nil {
		t.Fatal(err)
	}
	read, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}

	if len(read.Clusters) != 3 || len(read.Assignments) != 3 {
		t.Fatalf("%d clusters, %d assignments (expected: 3 each)", len(read.Clusters), len(read.Assignments))
	}
	if !proto.Equal(read.Clusters[2], made.Clusters[2]) || !proto.Equal(read.Assignments[2], made.Assignments[2]) {
		t.Fatal("what was read differs from what was written")
	}
}

func TestAChangeTouchesOneAddressAndLeavesTheOriginal(t *testing.T) {
	original := New(1).Assignments[0]

	changed := Changed(original, 12)

	address := changed.GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress().GetSocketAddress().GetAddress()
	if address != Address(12) {
		t.Fatalf("%s (expected: %s)", address, Address(12))
	}
	if proto.Equal(original, changed) || !proto.Equal(original, New(1).Assignments[0]) {
		t.Fatal("the original changed")
	}
}

func TestAddressesOfChangesDifferAndAreOfOneLength(t *testing.T) {
	seen := map[string]int{}
	for change := range 20_000 {
		address := Address(change)
		if other, known := seen[address]; known || len(address) != len(Address(0)) {
			t.Fatalf("%s of change %d (expected: not that of %d, and %d long)", address, change, other, len(Address(0)))
		}
		seen[address] = change
	}
}
