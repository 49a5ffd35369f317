package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// initialise is process 1: it builds the node from the plan and then only supervises.
func initialise(plan *Plan) error {
	if err := awaitPermit(); err != nil {
		return err
	}
	steps := []func(*Plan) error{separateMounts, mountFolders, pinKernelSettings, bringUpNetwork}
	for _, step := range steps {
		if err := step(plan); err != nil {
			return err
		}
	}
	if err := forward(plan.Forward); err != nil {
		return err
	}
	return supervise(plan.Components)
}

// separateMounts cuts the propagation to the host, then starts one of its own, which kubelet and containerd rely on.
func separateMounts(*Plan) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make the mounts private: %w", err)
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return fmt.Errorf("make the mounts shared: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	return nil
}

func mountFolders(plan *Plan) error {
	for _, folder := range plan.Tmpfs {
		if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "mode=755"); err != nil {
			return fmt.Errorf("mount a tmpfs on %s: %w", folder, err)
		}
	}
	for _, bind := range plan.Binds {
		if err := os.MkdirAll(bind.From, 0o755); err != nil {
			return err
		}
		if err := syscall.Mount(bind.From, bind.To, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("bind %s to %s: %w", bind.From, bind.To, err)
		}
	}
	return nil
}

// The kubelet insists on these and would set them for the whole machine. They are not namespaced,
// so it is shown files that already hold the wanted values (pkg/kubelet/cm: setupKernelTunables).
var kernelSettings = map[string]string{
	"vm/overcommit_memory":      "1",
	"vm/panic_on_oom":           "0",
	"kernel/panic":              "10",
	"kernel/panic_on_oops":      "1",
	"kernel/keys/root_maxkeys":  "1000000",
	"kernel/keys/root_maxbytes": "25000000",
}

func pinKernelSettings(*Plan) error {
	folder, err := os.MkdirTemp("/run", "kernel-settings-")
	if err != nil {
		return err
	}
	for name, value := range kernelSettings {
		target := filepath.Join("/proc/sys", name)
		if _, err := os.Stat(target); err != nil {
			continue
		}
		file := filepath.Join(folder, filepath.Base(name))
		if err := os.WriteFile(file, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := syscall.Mount(file, target, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("pin %s: %w", target, err)
		}
	}
	return nil
}

// bringUpNetwork needs no link to the host: pods reach the node's address through the CNI bridge,
// and the host reaches the API through the forwarder.
func bringUpNetwork(plan *Plan) error {
	commands := [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "address", "add", plan.NodeIP + "/32", "dev", "lo"},
		{"iptables", "-P", "FORWARD", "ACCEPT"},
	}
	for _, command := range commands {
		if output, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w: %s", command, err, output)
		}
	}
	return nil
}
