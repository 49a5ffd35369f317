// Command node-init runs a whole Kubernetes node inside PID, mount and network namespaces of its own.
//
//	node-init start PLAN PIDFILE   makes the namespaces, writes PIDFILE and returns
//
// Process 1 of the PID namespace sets the node up, keeps the plan's components running and forwards the API port.
// SIGTERM ends it in order. Killing it ends everything at once: the kernel kills every process of the namespace, and with the last one go its
// mounts, loop devices, interfaces and iptables rules. Nothing else has to be cleaned up, after a crash neither.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// Plan is what the node consists of, written by scripts/cluster.
type Plan struct {
	// Listen is an address of the host whose connections go to Forward inside the node.
	Listen  string `json:"listen"`
	Forward string `json:"forward"`
	// NodeIP is given to the loopback interface of the node.
	NodeIP string `json:"nodeIP"`
	// Tmpfs are folders that start empty; Binds are folders that are replaced by others.
	Tmpfs []string `json:"tmpfs"`
	Binds []Bind   `json:"binds"`
	// Components run until the node ends and are started again when they die.
	Components []Component `json:"components"`
}

type Bind struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type Component struct {
	Name string   `json:"name"`
	Args []string `json:"args"`
	Env  []string `json:"env"`
	Log  string   `json:"log"`
	// Graceful components are asked to end, and waited for, when the node is asked to.
	Graceful bool `json:"graceful"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "node-init:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: node-init start PLAN PIDFILE")
	}
	plan, err := readPlan(args[1])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "start" && len(args) == 3:
		return start(plan, args[1], args[2])
	case args[0] == "init" && os.Getpid() == 1:
		return initialise(plan)
	}
	return fmt.Errorf("usage: node-init start PLAN PIDFILE")
}

func readPlan(path string) (*Plan, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	plan := &Plan{}
	if err := json.Unmarshal(text, plan); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return plan, nil
}
