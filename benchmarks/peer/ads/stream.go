package ads

import (
	"bytes"
	"context"
	"fmt"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc"

	"sluice.dev/benchmarks/peer/fleet"
)

const (
	clusterType    = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
	assignmentType = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"
)

// stream is one node: one goroutine receives, another sends, as in Envoy, where neither waits for
// the other.
type stream struct {
	all                   *Streams
	node                  string
	size                  int
	clusters, assignments requests
	requests              chan []byte
	subscribed, loaded    bool
	known                 int
	seen                  *expectation
}

func (s *stream) run(ctx context.Context, connection *grpc.ClientConn, protocol Protocol) {
	if err := s.speak(ctx, connection, protocol); err != nil && ctx.Err() == nil {
		s.all.failed <- fmt.Errorf("%s: %w", s.node, err)
	}
}

func (s *stream) speak(ctx context.Context, connection *grpc.ClientConn, protocol Protocol) error {
	description := &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	call, err := connection.NewStream(ctx, description, protocol.method())
	if err != nil {
		return err
	}
	first, err := s.clusters.first(s.identity())
	if err != nil {
		return err
	}
	s.requests <- first
	go s.send(ctx, call)
	var message bytes.Buffer
	for {
		if err := call.RecvMsg(&message); err != nil {
			return err
		}
		if err := s.received(message.Bytes()); err != nil {
			return err
		}
	}
}

func (s *stream) identity() *corev3.Node { return &corev3.Node{Id: s.node, Cluster: fleet.Cluster} }

// send ends with the stream: when it fails, so does receiving, which tells why.
func (s *stream) send(ctx context.Context, call grpc.ClientStream) {
	for {
		select {
		case request := <-s.requests:
			if call.SendMsg(request) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (s *stream) received(message []byte) error {
	answered, err := parse(message)
	if err != nil {
		return err
	}
	switch string(answered.typeURL) {
	case clusterType:
		return s.receivedClusters(answered)
	case assignmentType:
		s.look(message, answered)
		return s.enqueue(s.assignments.acknowledge(answered))
	default:
		return fmt.Errorf("a response of type %q (expected: clusters or assignments)", answered.typeURL)
	}
}

// receivedClusters acknowledges them, and asks for their assignments the first time.
func (s *stream) receivedClusters(answered response) error {
	if !s.subscribed && answered.resources != s.size {
		return fmt.Errorf("%d clusters (expected: %d)", answered.resources, s.size)
	}
	if err := s.enqueue(s.clusters.acknowledge(answered)); err != nil || s.subscribed {
		return err
	}
	s.subscribed = true
	return s.enqueue(s.assignments.first(s.identity()))
}

// look tells whether the assignments are complete, and whether the expected change is there.
func (s *stream) look(message []byte, answered response) {
	now := time.Now()
	s.known += answered.resources
	if !s.loaded && s.known >= s.size {
		s.loaded = true
		s.all.loaded <- now
	}
	expected := s.all.expected.Load()
	if expected != nil && expected != s.seen && bytes.Contains(message, expected.bytes) {
		s.seen = expected
		expected.seen <- now
	}
}

func (s *stream) enqueue(request []byte, err error) error {
	if err == nil {
		s.requests <- request
	}
	return err
}
