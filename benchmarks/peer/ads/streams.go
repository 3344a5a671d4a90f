// Package ads is the client of the comparison: nodes that speak ADS as Envoy does, each on a
// connection of its own.
package ads

import (
	"context"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"sluice.dev/benchmarks/peer/fleet"
)

// Protocol is one of the two variants of xDS.
type Protocol int

// The variants.
const (
	StateOfTheWorld Protocol = iota
	Delta
)

func (p Protocol) String() string {
	if p == Delta {
		return "delta"
	}
	return "sotw"
}

func (p Protocol) method() string {
	service := "/envoy.service.discovery.v3.AggregatedDiscoveryService/"
	if p == Delta {
		return service + "DeltaAggregatedResources"
	}
	return service + "StreamAggregatedResources"
}

// patience is how long anything may take before the comparison is given up.
const patience = 2 * time.Minute

// Streams are the nodes of one fleet.
type Streams struct {
	opened      time.Time
	received    atomic.Int64
	expected    atomic.Pointer[expectation]
	connections []*grpc.ClientConn
	loaded      chan time.Time
	failed      chan error
	count       int
	closing     context.CancelFunc
}

// expectation is a change that all streams wait for.
type expectation struct {
	bytes []byte
	seen  chan time.Time
}

// Open connects the nodes; they subscribe to all clusters and, by name, to all assignments.
func Open(address string, protocol Protocol, count, size int) (*Streams, error) {
	names := fleet.Names(size)
	clusters, err := newRequests(protocol, clusterType, nil)
	if err != nil {
		return nil, err
	}
	assignments, err := newRequests(protocol, assignmentType, names)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Streams{
		opened:  time.Now(),
		loaded:  make(chan time.Time, count),
		failed:  make(chan error, count),
		count:   count,
		closing: cancel,
	}
	for i := range count {
		connection, err := s.connect(address)
		if err != nil {
			s.Close()
			return nil, err
		}
		one := &stream{
			all: s, node: fmt.Sprintf("envoy-%03d", i), size: size, clusters: clusters, assignments: assignments,
			requests: make(chan []byte, 16),
		}
		go one.run(ctx, connection, protocol)
	}
	return s, nil
}

func (s *Streams) connect(address string) (*grpc.ClientConn, error) {
	connection, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(s.dial),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(raw{}), grpc.MaxCallRecvMsgSize(256<<20)))
	if err == nil {
		s.connections = append(s.connections, connection)
	}
	return connection, err
}

func (s *Streams) dial(ctx context.Context, address string) (net.Conn, error) {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	return counted{connection, &s.received}, err
}

// counted adds up what comes over the wire, frames and all.
type counted struct {
	net.Conn
	received *atomic.Int64
}

func (c counted) Read(into []byte) (int, error) {
	n, err := c.Conn.Read(into)
	c.received.Add(int64(n))
	return n, err
}

// Received is how many bytes came so far.
func (s *Streams) Received() int64 { return s.received.Load() }

// Loaded waits until each node has everything, and tells how long each took since Open.
func (s *Streams) Loaded() ([]time.Duration, error) { return s.await(s.loaded, s.opened) }

// Change waits until each node has a change that is made by the function given, and tells how long
// each took.
func (s *Streams) Change(number int, change func() error) ([]time.Duration, error) {
	expected := &expectation{[]byte(fleet.Address(number)), make(chan time.Time, s.count)}
	s.expected.Store(expected)
	began := time.Now()
	if err := change(); err != nil {
		return nil, err
	}
	return s.await(expected.seen, began)
}

func (s *Streams) await(arrivals <-chan time.Time, since time.Time) ([]time.Duration, error) {
	deadline := time.After(patience)
	took := make([]time.Duration, 0, s.count)
	for len(took) < s.count {
		select {
		case at := <-arrivals:
			took = append(took, at.Sub(since))
		case err := <-s.failed:
			return nil, err
		case <-deadline:
			return nil, fmt.Errorf("after %s %d of %d nodes have it", patience, len(took), s.count)
		}
	}
	return took, nil
}

// Close ends all streams.
func (s *Streams) Close() {
	s.closing()
	for _, connection := range s.connections {
		_ = connection.Close()
	}
}
