// Package process starts a server under test and reads what it costs from /proc.
package process

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ticksPerSecond is the unit of /proc/PID/stat: USER_HZ, which is 100 on every Linux.
const ticksPerSecond = 100

// Server is a running one; what it writes to stderr goes to a log file.
type Server struct {
	ADS     string
	Control string
	command *exec.Cmd
	log     *os.File
}

// running are those that were started and not stopped, for an end that nobody planned.
var running sync.Map

// StopAll ends those that still run.
func StopAll() {
	running.Range(func(one, _ any) bool {
		one.(*Server).Stop()
		return true
	})
}

// Start runs a command and waits until it prints that it is ready, and where.
func Start(logFile string, command ...string) (*Server, error) {
	logged, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	started := &Server{command: exec.Command(command[0], command[1:]...), log: logged}
	started.command.Stderr = logged
	words, err := started.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := started.command.Start(); err != nil {
		return nil, err
	}
	running.Store(started, nil)
	var ads, control int
	line, err := bufio.NewReader(words).ReadString('\n')
	if _, scanned := fmt.Sscanf(line, "ready %d %d", &ads, &control); err != nil || scanned != nil {
		started.Stop()
		return nil, fmt.Errorf("%s: said %q (expected: ready and two ports; see %s)", command[0], line, logFile)
	}
	started.ADS = fmt.Sprintf("127.0.0.1:%d", ads)
	started.Control = fmt.Sprintf("http://127.0.0.1:%d", control)
	return started, nil
}

// patience is how long a server has to end by itself.
const patience = 5 * time.Second

// Stop ends it.
func (s *Server) Stop() {
	if _, runs := running.LoadAndDelete(s); !runs {
		return
	}
	_ = s.command.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(patience, func() { _ = s.command.Process.Kill() })
	_ = s.command.Wait()
	late.Stop()
	_ = s.log.Close()
}

// CPU is what it has used so far, in user and in system mode.
func (s *Server) CPU() (time.Duration, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may have blanks; user and system time are fields 14 and 15.
	_, rest, _ := strings.Cut(string(content), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/PID/stat: %q (expected: 13 fields or more after the name)", rest)
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, err
}

// PeakMemory is the most that it has had resident so far, in bytes.
func (s *Server) PeakMemory() (int64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			var kibibytes int64
			_, err := fmt.Sscanf(value, "%d kB", &kibibytes)
			return kibibytes * 1024, err
		}
	}
	return 0, fmt.Errorf("/proc/PID/status: no VmHWM")
}
