package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Descriptors that process 1 inherits besides its standard ones.
const (
	listenerDescriptor = 3
	goDescriptor       = 4
)

// start listens on the host's side, clones process 1 into new namespaces and writes its PID as the host sees it.
// Process 1 waits until the PID file is written, so that a running node always has one.
func start(plan *Plan, planPath, pidPath string) error {
	listener, err := net.Listen("tcp", plan.Listen)
	if err != nil {
		return err
	}
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		return err
	}
	waiting, permit, err := os.Pipe()
	if err != nil {
		return err
	}
	process, err := clone(planPath, socket, waiting)
	if err != nil {
		return err
	}
	if err := writeWhole(pidPath, strconv.Itoa(process.Pid)+"\n"); err != nil {
		return err
	}
	_, err = permit.Write([]byte{1})
	return err
}

func clone(planPath string, socket, waiting *os.File) (*os.Process, error) {
	log, err := os.OpenFile(filepath.Join(filepath.Dir(planPath), "node-init.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	return os.StartProcess("/proc/self/exe", []string{"node-init", "init", planPath}, &os.ProcAttr{
		Dir:   "/",
		Env:   os.Environ(),
		Files: []*os.File{null, log, log, socket, waiting},
		Sys: &syscall.SysProcAttr{
			Setsid:     true,
			Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		},
	})
}

// awaitPermit ends process 1 when the starter died before it had written the PID file.
func awaitPermit() error {
	waiting := os.NewFile(goDescriptor, "permit")
	defer waiting.Close()
	if n, err := waiting.Read(make([]byte, 1)); n != 1 {
		return fmt.Errorf("the starter did not finish: %w", err)
	}
	return nil
}

func writeWhole(path, text string) error {
	if err := os.WriteFile(path+".partial", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".partial", path)
}
