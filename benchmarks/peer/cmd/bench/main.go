// Command bench compares two xDS servers, go-control-plane's and Sluice's, in one run: the same
// client, the same resources, one server after the other, in turns.
//
//	bench [-rounds N] [-changes N] [-streams N] [-clusters N] -csv FILE -peer BINARY -- COMMAND OF OURS...
//
// Both are started with the fleet's file as their last argument, and print "ready", the port of
// ADS and that of their control.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"sluice.dev/benchmarks/peer/ads"
	"sluice.dev/benchmarks/peer/fleet"
	"sluice.dev/benchmarks/peer/process"
)

type options struct {
	rounds, changes, streams int
	peer, csv                string
	ours                     []string
	// sizes are how many clusters a fleet has, each with its assignment.
	sizes []int
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	chosen := parseOptions()
	folder, err := os.MkdirTemp("", "sluice-peer")
	if err != nil {
		log.Fatal(err)
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt, syscall.SIGTERM)
	done := make(chan error, 1)
	go func() { done <- chosen.run(folder) }()
	select {
	case err = <-done:
	case caught := <-interrupted:
		err = fmt.Errorf("%s", caught)
	}
	process.StopAll()
	if err != nil {
		log.Fatalf("%v (the servers' words are in %s)", err, folder)
	}
	_ = os.RemoveAll(folder)
}

func parseOptions() options {
	o := options{sizes: []int{1000, 5000}}
	flag.IntVar(&o.rounds, "rounds", 3, "how often each server is started for each case")
	flag.IntVar(&o.changes, "changes", 50, "how many changes are measured in a round")
	flag.IntVar(&o.streams, "streams", 100, "how many nodes are connected")
	flag.StringVar(&o.peer, "peer", "", "go-control-plane's server")
	flag.StringVar(&o.csv, "csv", "", "where the figures of each round go")
	flag.Func("clusters", "how many clusters a fleet has, instead of 1000 and of 5000", func(text string) error {
		size, err := strconv.Atoi(text)
		o.sizes = []int{size}
		return err
	})
	flag.Parse()
	o.ours = flag.Args()
	if o.peer == "" || o.csv == "" || len(o.ours) == 0 || o.rounds < 1 || o.changes < 1 || o.streams < 1 {
		flag.Usage()
		os.Exit(2)
	}
	return o
}

func (o options) run(folder string) error {
	var all results
	for _, protocol := range []ads.Protocol{ads.StateOfTheWorld, ads.Delta} {
		for _, size := range o.sizes {
			file := filepath.Join(folder, fmt.Sprintf("fleet-%d.pb", size))
			if err := fleet.New(size).Write(file); err != nil {
				return err
			}
			for round := range o.rounds {
				if err := o.turn(&all, folder, file, scene{protocol, size, o.streams, o.changes}, round); err != nil {
					return err
				}
			}
		}
	}
	all.print(os.Stdout)
	return all.write(o.csv)
}

// turn has each server play a scene once; who begins changes from round to round.
func (o options) turn(all *results, folder, file string, played scene, round int) error {
	servers := []server{
		{snapshotName, []string{o.peer, "snapshot", file}},
		{linearName, []string{o.peer, "linear", file}},
		{oursName, append(slices.Clone(o.ours), file)},
	}
	if round%2 == 1 {
		slices.Reverse(servers)
	}
	for i, one := range servers {
		fmt.Fprintf(os.Stderr, "%s, %d clusters, round %d of %d: %s ", played.protocol, played.size, round+1, o.rounds, one.name)
		logFile := filepath.Join(folder, fmt.Sprintf("%s-%d-%d-%d.log", played.protocol, played.size, round, i))
		figures, err := played.play(one, logFile)
		if err != nil {
			return fmt.Errorf("%s, %s, %d clusters: %w", one.name, played.protocol, played.size, err)
		}
		fmt.Fprintf(os.Stderr, "load %s ms, change %s ms, %s MiB\n",
			rounded(figures[loadWarm]), rounded(figures[changeMedian]), rounded(figures[peakMemory]))
		all.add(result{played, round, one.name, figures})
	}
	return nil
}
