// Package fleet has the resources that both servers serve: clusters and their endpoints, in one
// file that both read, so that they can't differ.
package fleet

import (
	"fmt"
	"os"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Cluster is the node.cluster of every stream: all of them are one fleet.
const Cluster = "default/chat"

// backends is how many localities of one endpoint each a cluster has.
const backends = 2

// Fleet is what one fleet is served, in the order of the file.
type Fleet struct {
	Clusters    []*clusterv3.Cluster
	Assignments []*endpointv3.ClusterLoadAssignment
}

// Name is that of a cluster and of its assignment.
func Name(i int) string { return fmt.Sprintf("default/chat/rule-%05d", i) }

// Names are those of all clusters of a fleet.
func Names(size int) []string {
	names := make([]string, size)
	for i := range names {
		names[i] = Name(i)
	}
	return names
}

// Place is the assignment that a change touches: all in turn, far from each other.
func Place(change, size int) int { return change * 7919 % size }

// Address is the one that a change puts in. It names the change, and is as long as any other, so
// that a stream that looks for its bytes doesn't find another's.
func Address(change int) string {
	return fmt.Sprintf("10.%d.%d.%d", 100+change/10000%100, 100+change/100%100, 100+change%100)
}

// Changed is the assignment after a change; the one given stays as it is.
func Changed(assignment *endpointv3.ClusterLoadAssignment, change int) *endpointv3.ClusterLoadAssignment {
	changed := proto.Clone(assignment).(*endpointv3.ClusterLoadAssignment)
	endpoint := changed.GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint()
	endpoint.GetAddress().GetSocketAddress().Address = Address(change)
	return changed
}

// New makes a fleet.
func New(size int) Fleet {
	var made Fleet
	for i, name := range Names(size) {
		made.Clusters = append(made.Clusters, cluster(name))
		made.Assignments = append(made.Assignments, assignment(name, i))
	}
	return made
}

func cluster(name string) *clusterv3.Cluster {
	return &clusterv3.Cluster{
		Name:                 name,
		ClusterDiscoveryType: &clusterv3.Cluster_Type{Type: clusterv3.Cluster_EDS},
		EdsClusterConfig: &clusterv3.Cluster_EdsClusterConfig{
			EdsConfig: &corev3.ConfigSource{
				ResourceApiVersion:    corev3.ApiVersion_V3,
				ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
			},
		},
		ConnectTimeout: durationpb.New(2 * time.Second),
		LbPolicy:       clusterv3.Cluster_LEAST_REQUEST,
		OutlierDetection: &clusterv3.OutlierDetection{
			Consecutive_5Xx:    wrapperspb.UInt32(5),
			Interval:           durationpb.New(10 * time.Second),
			MaxEjectionPercent: wrapperspb.UInt32(50),
		},
		CommonLbConfig: &clusterv3.Cluster_CommonLbConfig{
			LocalityConfigSpecifier: &clusterv3.Cluster_CommonLbConfig_LocalityWeightedLbConfig_{
				LocalityWeightedLbConfig: &clusterv3.Cluster_CommonLbConfig_LocalityWeightedLbConfig{},
			},
		},
	}
}

func assignment(name string, number int) *endpointv3.ClusterLoadAssignment {
	made := &endpointv3.ClusterLoadAssignment{ClusterName: name}
	for backend := range backends {
		made.Endpoints = append(made.Endpoints, &endpointv3.LocalityLbEndpoints{
			Locality:            &corev3.Locality{SubZone: fmt.Sprintf("backend-%d", backend)},
			LoadBalancingWeight: wrapperspb.UInt32(50),
			LbEndpoints: []*endpointv3.LbEndpoint{{
				HealthStatus: corev3.HealthStatus_HEALTHY,
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{
					Address: &corev3.Address{Address: &corev3.Address_SocketAddress{
						SocketAddress: &corev3.SocketAddress{
							Address:       fmt.Sprintf("11.%d.%d.%d", 100+backend, 100+number/100, 100+number%100),
							PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: 8080},
						},
					}},
				}},
			}},
		})
	}
	return made
}

// Write puts the fleet into a file: one DiscoveryResponse, a form that every xDS library reads.
func (f Fleet) Write(file string) error {
	response := &discoveryv3.DiscoveryResponse{}
	for _, c := range f.Clusters {
		if err := add(response, c); err != nil {
			return err
		}
	}
	for _, a := range f.Assignments {
		if err := add(response, a); err != nil {
			return err
		}
	}
	content, err := proto.Marshal(response)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

func add(response *discoveryv3.DiscoveryResponse, message proto.Message) error {
	packed, err := anypb.New(message)
	response.Resources = append(response.Resources, packed)
	return err
}

// Read is the other way round.
func Read(file string) (Fleet, error) {
	var read Fleet
	content, err := os.ReadFile(file)
	if err != nil {
		return read, err
	}
	var response discoveryv3.DiscoveryResponse
	if err := proto.Unmarshal(content, &response); err != nil {
		return read, fmt.Errorf("%s: %w", file, err)
	}
	for _, packed := range response.GetResources() {
		message, err := packed.UnmarshalNew()
		if err != nil {
			return read, fmt.Errorf("%s: %w", file, err)
		}
		switch message := message.(type) {
		case *clusterv3.Cluster:
			read.Clusters = append(read.Clusters, message)
		case *endpointv3.ClusterLoadAssignment:
			read.Assignments = append(read.Assignments, message)
		default:
			return read, fmt.Errorf("%s: %s (expected: clusters and assignments)", file, packed.GetTypeUrl())
		}
	}
	return read, nil
}
