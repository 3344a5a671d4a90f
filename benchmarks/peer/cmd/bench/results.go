package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
)

// figure is something measured; less is better for all of them.
type figure string

const (
	loadCold     figure = "first load after the start, last of the nodes (ms)"
	loadColdCPU  figure = "first load after the start, server's CPU (ms)"
	loadWarm     figure = "load once warm, last of the nodes (ms)"
	loadWarmCPU  figure = "load once warm, server's CPU (ms)"
	loadBytes    figure = "load, bytes to all nodes (MiB)"
	changeMedian figure = "a change, last of the nodes, p50 (ms)"
	changeP99    figure = "a change, last of the nodes, p99 (ms)"
	nodeMedian   figure = "a change, any node, p50 (ms)"
	nodeP99      figure = "a change, any node, p99 (ms)"
	changeBytes  figure = "a change, bytes to all nodes (KiB)"
	changeCPU    figure = "a change, server's CPU (ms)"
	peakMemory   figure = "peak memory (MiB)"
)

var order = []figure{
	loadCold, loadColdCPU, loadWarm, loadWarmCPU, loadBytes,
	changeMedian, changeP99, nodeMedian, nodeP99, changeBytes, changeCPU, peakMemory,
}

// result is one server's round.
type result struct {
	scene
	round   int
	server  string
	figures figures
}

type results struct{ all []result }

func (r *results) add(one result) { r.all = append(r.all, one) }

// print writes the table: medians over the rounds, and how many times each of the peer's ours are.
func (r *results) print(out io.Writer) {
	var scenes []scene
	for _, one := range r.all {
		if !slices.Contains(scenes, one.scene) {
			scenes = append(scenes, one.scene)
		}
	}
	for _, played := range scenes {
		fmt.Fprintf(out, "\n%s, %d clusters, %d nodes\n\n| | %s | ratio | %s | ratio | %s |\n|---|---:|---:|---:|---:|---:|\n",
			played.protocol, played.size, played.streams, snapshotName, linearName, oursName)
		for _, name := range order {
			snapshot, linear := r.median(played, snapshotName, name), r.median(played, linearName, name)
			ours := r.median(played, oursName, name)
			fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s |\n", name,
				rounded(snapshot), rounded(ours/snapshot), rounded(linear), rounded(ours/linear), rounded(ours))
		}
	}
}

func (r *results) median(played scene, server string, name figure) float64 {
	var values []float64
	for _, one := range r.all {
		if one.scene == played && one.server == server {
			values = append(values, one.figures[name])
		}
	}
	return quantile(values, 0.5)
}

func rounded(value float64) string {
	digits := 0
	if value < 10 {
		digits = 2
	} else if value < 100 {
		digits = 1
	}
	return strconv.FormatFloat(value, 'f', digits, 64)
}

// write keeps every round's figures.
func (r *results) write(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	out := csv.NewWriter(file)
	_ = out.Write([]string{"protocol", "clusters", "nodes", "round", "server", "figure", "value"})
	for _, one := range r.all {
		for _, name := range order {
			_ = out.Write([]string{
				one.protocol.String(), strconv.Itoa(one.size), strconv.Itoa(one.streams), strconv.Itoa(one.round),
				one.server, string(name), strconv.FormatFloat(one.figures[name], 'f', 3, 64),
			})
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
