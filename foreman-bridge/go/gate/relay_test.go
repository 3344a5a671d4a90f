package gate

import (
	"context"
	"net"
	"sync"
	"testing"
)

// relay stands between a gate and a server, and fails as networks do.
type relay struct {
	target   string
	listener net.Listener
	mutex    sync.Mutex
	// thawed is closed unless the relay is frozen.
	thawed      chan struct{}
	refusing    bool
	connections []net.Conn
}

func relayTo(t *testing.T, target string) *relay {
	t.Helper()
	listener := listen(t, "")
	thawed := make(chan struct{})
	close(thawed)
	between := &relay{target: target, listener: listener, thawed: thawed}
	go between.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		between.mend()
		between.cut()
	})
	return between
}

func (r *relay) address() string { return r.listener.Addr().String() }

// freeze lets nothing through any more, without a word to either side.
func (r *relay) freeze() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.thawed = make(chan struct{})
}

// cut resets what is connected, and accepts nothing more.
func (r *relay) cut() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.refusing = true
	for _, connection := range r.connections {
		_ = connection.Close()
	}
	r.connections = nil
}

// mend lets everything through again.
func (r *relay) mend() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.refusing = false
	select {
	case <-r.thawed:
	default:
		close(r.thawed)
	}
}

func (r *relay) accept() {
	for {
		client, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", r.target)
		if err != nil || !r.keep(client, server) {
			_ = client.Close()
			continue
		}
		go r.pass(client, server)
		go r.pass(server, client)
	}
}

func (r *relay) keep(connections ...net.Conn) bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.refusing {
		for _, connection := range connections {
			_ = connection.Close()
		}
		return false
	}
	r.connections = append(r.connections, connections...)
	return true
}

func (r *relay) pass(from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		read, err := from.Read(buffer)
		r.mutex.Lock()
		thawed := r.thawed
		r.mutex.Unlock()
		<-thawed
		if _, failed := to.Write(buffer[:read]); failed != nil || err != nil {
			_, _ = from.Close(), to.Close()
			return
		}
	}
}
