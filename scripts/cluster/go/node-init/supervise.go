package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// supervise starts every component and starts it again when it ends; as process 1 it also reaps what others left.
func supervise(components []Component) error {
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGPIPE)
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)

	running := map[int]Component{}
	restart := make(chan Component, len(components))
	for _, component := range components {
		restart <- component
	}
	for {
		select {
		case component := <-restart:
			pid, err := launch(component)
			if err != nil {
				say("%s cannot be started: %v", component.Name, err)
				time.AfterFunc(5*time.Second, func() { restart <- component })
				continue
			}
			running[pid] = component
		case <-children:
			for _, pid := range reap() {
				component, ours := running[pid]
				if !ours {
					continue
				}
				delete(running, pid)
				say("%s ended, starting it again", component.Name)
				// Most ends are a component that came before what it needs.
				time.AfterFunc(300*time.Millisecond, func() { restart <- component })
			}
		case <-end:
			stop(running)
			return nil
		}
	}
}

// stop gives those that may not be killed in the middle of their work, a frozen file system say, the time to end it.
// The others end with process 1.
func stop(running map[int]Component) {
	for pid, component := range running {
		if component.Graceful {
			syscall.Kill(pid, syscall.SIGTERM)
		}
	}
	deadline := time.Now().Add(5 * time.Second)
	for isAnyGraceful(running) && time.Now().Before(deadline) {
		for _, pid := range reap() {
			delete(running, pid)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func isAnyGraceful(running map[int]Component) bool {
	for _, component := range running {
		if component.Graceful {
			return true
		}
	}
	return false
}

func say(format string, values ...any) {
	fmt.Printf("%s %s\n", time.Now().UTC().Format(time.RFC3339), fmt.Sprintf(format, values...))
}

func launch(component Component) (int, error) {
	log, err := os.OpenFile(component.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	defer log.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	program, err := exec.LookPath(component.Args[0])
	if err != nil {
		return 0, err
	}
	process, err := os.StartProcess(program, component.Args, &os.ProcAttr{
		Dir:   "/",
		Env:   append(os.Environ(), component.Env...),
		Files: []*os.File{null, log, log},
		Sys:   &syscall.SysProcAttr{Setpgid: true},
	})
	if err != nil {
		return 0, err
	}
	// reap waits for every child by itself.
	defer process.Release()
	return process.Pid, nil
}

func reap() []int {
	var pids []int
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if pid <= 0 || err != nil {
			return pids
		}
		pids = append(pids, pid)
	}
}
