package gate

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// counts is an Observer as a caller would write one.
type counts struct {
	mutex sync.Mutex
	of    map[Answer]int
}

func (c *counts) Answered(answer Answer) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.of == nil {
		c.of = map[Answer]int{}
	}
	c.of[answer]++
}

func (c *counts) get(answer Answer) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.of[answer]
}

// lines are what was logged.
type lines struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.Write(line)
}

func (l *lines) count(words string) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Count(l.buffer.String(), words)
}

func logTo(logged *lines) Option { return WithLogger(slog.New(slog.NewTextHandler(logged, nil))) }

func watchGate(t *testing.T, address string, options ...Option) *Gate {
	t.Helper()
	quick := []Option{WithRetry(5*time.Millisecond, 50*time.Millisecond), WithLogger(slog.New(slog.DiscardHandler))}
	gate, err := New(t.Context(), address, append(quick, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(gate.Close)
	return gate
}

func ready(t *testing.T, gate *Gate) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := gate.AwaitReady(ctx); err != nil {
		t.Fatal(err)
	}
}
