package main

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"sluice.dev/benchmarks/peer/ads"
	"sluice.dev/benchmarks/peer/process"
)

const (
	snapshotName = "go-control-plane, snapshot cache"
	linearName   = "go-control-plane, linear cache"
	oursName     = "Sluice"

	// Before anything but the first load is measured, both have been through it: a JVM compiles
	// what it runs often.
	warmingLoads   = 2
	warmingChanges = 30

	// pause lets the answers to one change be dealt with before the next.
	pause = 30 * time.Millisecond
	// settling lets the rest be dealt with before CPU time is read.
	settling = 500 * time.Millisecond
)

type server struct {
	name    string
	command []string
}

// scene is one case: how the nodes speak, and how much there is.
type scene struct {
	protocol               ads.Protocol
	size, streams, changes int
}

// figures are what one server needed in one round, by name.
type figures map[figure]float64

// play starts a server, loads its nodes, and makes changes.
func (s scene) play(one server, logFile string) (figures, error) {
	running, err := process.Start(logFile, one.command...)
	if err != nil {
		return nil, err
	}
	defer running.Stop()
	measured := figures{}
	if err := s.load(running, measured, loadCold, loadColdCPU); err != nil {
		return nil, err
	}
	for range warmingLoads {
		if err := s.load(running, figures{}, loadWarm, loadWarmCPU); err != nil {
			return nil, err
		}
	}
	if err := s.load(running, measured, loadWarm, loadWarmCPU); err != nil {
		return nil, err
	}
	if err := s.change(running, measured); err != nil {
		return nil, err
	}
	peak, err := running.PeakMemory()
	measured[peakMemory] = float64(peak) / (1 << 20)
	return measured, err
}

// load connects all nodes, waits until each has everything, and takes them away again.
func (s scene) load(running *process.Server, into figures, took, cpu figure) error {
	before, err := running.CPU()
	if err != nil {
		return err
	}
	streams, err := ads.Open(running.ADS, s.protocol, s.streams, s.size)
	if err != nil {
		return err
	}
	defer streams.Close()
	times, err := streams.Loaded()
	if err != nil {
		return err
	}
	time.Sleep(settling)
	after, err := running.CPU()
	into[took] = milliseconds(slices.Max(times))
	into[cpu] = milliseconds(after - before)
	into[loadBytes] = float64(streams.Received()) / (1 << 20)
	return err
}

func (s scene) change(running *process.Server, into figures) error {
	streams, err := ads.Open(running.ADS, s.protocol, s.streams, s.size)
	if err != nil {
		return err
	}
	defer streams.Close()
	if _, err := streams.Loaded(); err != nil {
		return err
	}
	if _, _, err := s.makeChanges(running, streams, 1, warmingChanges); err != nil {
		return err
	}
	time.Sleep(settling)
	before, err := running.CPU()
	if err != nil {
		return err
	}
	received := streams.Received()
	last, each, err := s.makeChanges(running, streams, warmingChanges+1, s.changes)
	if err != nil {
		return err
	}
	time.Sleep(settling)
	after, err := running.CPU()
	into[changeMedian], into[changeP99] = quantile(last, 0.5), quantile(last, 0.99)
	into[nodeMedian], into[nodeP99] = quantile(each, 0.5), quantile(each, 0.99)
	into[changeCPU] = milliseconds(after-before) / float64(s.changes)
	into[changeBytes] = float64(streams.Received()-received) / 1024 / float64(s.changes)
	return err
}

// makeChanges makes changes one after the other; it tells when the last node had each, and when every
// node had each.
func (s scene) makeChanges(running *process.Server, streams *ads.Streams, from, count int) (last, each []float64, err error) {
	for number := from; number < from+count; number++ {
		times, err := streams.Change(number, func() error { return post(running.Control, number) })
		if err != nil {
			return nil, nil, fmt.Errorf("change %d: %w", number, err)
		}
		last = append(last, milliseconds(slices.Max(times)))
		for _, one := range times {
			each = append(each, milliseconds(one))
		}
		time.Sleep(pause)
	}
	return last, each, nil
}

func post(control string, number int) error {
	response, err := http.Post(fmt.Sprintf("%s/change?n=%d", control, number), "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the server said %s (expected: 204)", response.Status)
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile is the least value that at least that share of all reach or stay under.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}
