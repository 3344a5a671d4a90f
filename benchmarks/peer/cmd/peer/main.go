// Command peer is an xDS server of go-control-plane, with one of its caches: "snapshot", which its
// own example uses, or "linear", which is told of each change by name. All nodes of a fleet are
// under one key, so that a change is made once for all of them.
//
//	peer snapshot|linear FLEET
//
// It prints "ready", the port of ADS and the port of its control. POST /change?n=N there puts
// change N in, and answers once the cache has it.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"sluice.dev/benchmarks/peer/fleet"
)

func change(changes changing) http.HandlerFunc {
	return func(response http.ResponseWriter, request *http.Request) {
		number, err := strconv.Atoi(request.FormValue("n"))
		if err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		if err := changes.change(number); err != nil {
			http.Error(response, err.Error(), http.StatusInternalServerError)
			return
		}
		response.WriteHeader(http.StatusNoContent)
	}
}

func main() {
	if len(os.Args) != 3 || caches[os.Args[1]] == nil {
		log.Fatal("usage: peer snapshot|linear FLEET")
	}
	content, err := fleet.Read(os.Args[2])
	exitOn(err)
	changes, resources, err := caches[os.Args[1]](content)
	exitOn(err)
	ads, err := net.Listen("tcp", "127.0.0.1:0")
	exitOn(err)
	control, err := net.Listen("tcp", "127.0.0.1:0")
	exitOn(err)
	http.HandleFunc("POST /change", change(changes))
	go func() { exitOn(http.Serve(control, nil)) }()
	fmt.Println("ready", port(ads), port(control))
	exitOn(grpcServer(resources).Serve(ads))
}

// grpcServer has the settings of go-control-plane's own example.
func grpcServer(resources cache.Cache) *grpc.Server {
	grpcServer := grpc.NewServer(
		grpc.MaxConcurrentStreams(1_000_000),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 30 * time.Second, Timeout: 5 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: 30 * time.Second, PermitWithoutStream: true,
		}),
	)
	xds := server.NewServer(context.Background(), resources, nil)
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(grpcServer, xds)
	return grpcServer
}

func port(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

func exitOn(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
