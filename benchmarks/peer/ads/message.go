package ads

import (
	"bytes"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// The client shares its cores with the server that it measures, and there are a hundred streams of
// megabytes. So it doesn't decode resources: it counts them, and looks for the bytes of a change.

// response is what both kinds of discovery responses have, under the same numbers.
type response struct {
	version, typeURL, nonce []byte
	resources               int
}

func parse(message []byte) (response, error) {
	var read response
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return read, protowire.ParseError(n)
		}
		size := protowire.ConsumeFieldValue(number, kind, message[n:])
		if size < 0 {
			return read, protowire.ParseError(size)
		}
		if kind == protowire.BytesType {
			value, _ := protowire.ConsumeBytes(message[n:])
			read.take(number, value)
		}
		message = message[n+size:]
	}
	return read, nil
}

func (r *response) take(number protowire.Number, value []byte) {
	switch number {
	case 1:
		r.version = value
	case 2:
		r.resources++
	case 4:
		r.typeURL = value
	case 5:
		r.nonce = value
	}
}

// requests makes the requests of one type: what they have in common is serialised once for all
// streams, because in state of the world each acknowledgement names every resource.
type requests struct {
	protocol Protocol
	typeURL  string
	names    []byte
}

func newRequests(protocol Protocol, typeURL string, names []string) (requests, error) {
	made := requests{protocol: protocol, typeURL: typeURL}
	var err error
	if protocol == Delta {
		made.names, err = proto.Marshal(&discoveryv3.DeltaDiscoveryRequest{ResourceNamesSubscribe: names})
	} else {
		made.names, err = proto.Marshal(&discoveryv3.DiscoveryRequest{ResourceNames: names})
	}
	return made, err
}

func (r requests) first(node *corev3.Node) ([]byte, error) {
	var head proto.Message = &discoveryv3.DiscoveryRequest{Node: node, TypeUrl: r.typeURL}
	if r.protocol == Delta {
		head = &discoveryv3.DeltaDiscoveryRequest{Node: node, TypeUrl: r.typeURL}
	}
	message, err := proto.Marshal(head)
	return append(message, r.names...), err
}

func (r requests) acknowledge(answered response) ([]byte, error) {
	var head proto.Message = &discoveryv3.DiscoveryRequest{
		TypeUrl: r.typeURL, VersionInfo: string(answered.version), ResponseNonce: string(answered.nonce),
	}
	if r.protocol == Delta {
		head = &discoveryv3.DeltaDiscoveryRequest{TypeUrl: r.typeURL, ResponseNonce: string(answered.nonce)}
	}
	message, err := proto.Marshal(head)
	if r.protocol == Delta {
		return message, err
	}
	return append(message, r.names...), err
}

// raw hands messages over as the bytes they are; the receiver's buffer is used again.
type raw struct{}

var _ encoding.CodecV2 = raw{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(message any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(message.([]byte))}, nil
}

func (raw) Unmarshal(data mem.BufferSlice, into any) error {
	buffer := into.(*bytes.Buffer)
	buffer.Reset()
	for _, part := range data {
		buffer.Write(part.ReadOnlyData())
	}
	return nil
}
