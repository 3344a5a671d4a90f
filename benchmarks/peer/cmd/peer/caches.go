package main

import (
	"context"
	"strconv"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"

	"sluice.dev/benchmarks/peer/fleet"
)

// changing makes change N.
type changing interface{ change(number int) error }

// caches make a cache that serves a fleet, and what changes it.
var caches = map[string]func(fleet.Fleet) (changing, cache.Cache, error){
	"snapshot": newSnapshots,
	"linear":   newLinear,
}

// byCluster keys the snapshots: all nodes of a fleet share what they are served.
type byCluster struct{}

func (byCluster) ID(node *corev3.Node) string { return node.GetCluster() }

// snapshots is the state: the clusters stay, so their version does too, and only assignments are
// indexed anew for a change.
type snapshots struct {
	cache       cache.SnapshotCache
	clusters    cache.Resources
	assignments []types.Resource
	fleet       fleet.Fleet
}

func newSnapshots(content fleet.Fleet) (changing, cache.Cache, error) {
	clusters := make([]types.Resource, len(content.Clusters))
	for i, cluster := range content.Clusters {
		clusters[i] = cluster
	}
	assignments := make([]types.Resource, len(content.Assignments))
	for i, assignment := range content.Assignments {
		assignments[i] = assignment
	}
	s := &snapshots{
		cache:       cache.NewSnapshotCache(true, byCluster{}, nil),
		clusters:    cache.NewResources("0", clusters),
		assignments: assignments,
		fleet:       content,
	}
	return s, s.cache, s.publish("0")
}

func (s *snapshots) publish(version string) error {
	var snapshot cache.Snapshot
	snapshot.Resources[types.Cluster] = s.clusters
	snapshot.Resources[types.Endpoint] = cache.NewResources(version, s.assignments)
	return s.cache.SetSnapshot(context.Background(), fleet.Cluster, &snapshot)
}

func (s *snapshots) change(number int) error {
	place := fleet.Place(number, len(s.assignments))
	s.assignments[place] = fleet.Changed(s.fleet.Assignments[place], number)
	return s.publish(strconv.Itoa(number))
}

// linear is one cache for each type; it serves one fleet only.
type linear struct {
	assignments *cache.LinearCache
	fleet       fleet.Fleet
}

func newLinear(content fleet.Fleet) (changing, cache.Cache, error) {
	clusters := make(map[string]types.Resource, len(content.Clusters))
	for _, cluster := range content.Clusters {
		clusters[cluster.GetName()] = cluster
	}
	assignments := make(map[string]types.Resource, len(content.Assignments))
	for _, assignment := range content.Assignments {
		assignments[assignment.GetClusterName()] = assignment
	}
	l := &linear{
		assignments: cache.NewLinearCache(resource.EndpointType, cache.WithInitialResources(assignments)),
		fleet:       content,
	}
	return l, &cache.MuxCache{
		Classify:      func(request *cache.Request) string { return request.GetTypeUrl() },
		ClassifyDelta: func(request *cache.DeltaRequest) string { return request.GetTypeUrl() },
		Caches: map[string]cache.Cache{
			resource.ClusterType:  cache.NewLinearCache(resource.ClusterType, cache.WithInitialResources(clusters)),
			resource.EndpointType: l.assignments,
		},
	}, nil
}

func (l *linear) change(number int) error {
	changed := fleet.Changed(l.fleet.Assignments[fleet.Place(number, len(l.fleet.Assignments))], number)
	return l.assignments.UpdateResource(changed.GetClusterName(), changed)
}
