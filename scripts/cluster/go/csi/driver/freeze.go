package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	fiFreeze = 0xc0045877 // FIFREEZE
	fiThaw   = 0xc0045878 // FITHAW
)

// whileFrozen runs cut while the file systems of all the volumes stand still
// together, and thaws them whatever happens.
func (p *pool) whileFrozen(volumes []string, cut func() error) (err error) {
	var frozen []*frozenVolume
	defer func() {
		for _, f := range slices.Backward(frozen) {
			err = errors.Join(err, f.thaw())
		}
	}()
	for _, id := range volumes {
		f, err := p.freeze(id)
		if err != nil {
			return err
		}
		if f != nil {
			frozen = append(frozen, f)
		}
	}
	return cut()
}

type frozenVolume struct {
	root *os.File
	mark string
}

// freeze gives nil when there is nothing to thaw later: the volume is not
// mounted, or somebody else (an fsfreeze hook, say) froze it and will thaw it.
func (p *pool) freeze(id string) (*frozenVolume, error) {
	root, err := p.openRoot(id)
	if root == nil || err != nil {
		return nil, err
	}
	f := &frozenVolume{root: root, mark: p.frozenMark(id)}
	// The mark tells the next driver to thaw, should this one be killed now.
	if err := os.WriteFile(f.mark, nil, 0o600); err != nil {
		root.Close()
		return nil, err
	}
	// What can be written out before the freeze need not be waited for in it.
	unix.Syncfs(int(root.Fd()))
	err = unix.IoctlSetInt(int(root.Fd()), fiFreeze, 0)
	if err == nil {
		return f, nil
	}
	f.forget()
	if errors.Is(err, unix.EBUSY) {
		return nil, nil
	}
	return nil, fmt.Errorf("cannot freeze volume %s at %s: %w", id, root.Name(), err)
}

func (f *frozenVolume) thaw() error {
	defer f.forget()
	err := unix.IoctlSetInt(int(f.root.Fd()), fiThaw, 0)
	if errors.Is(err, unix.EINVAL) {
		log.Printf("%s was thawed by somebody else", f.root.Name())
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot thaw %s: %w", f.root.Name(), err)
	}
	return nil
}

func (f *frozenVolume) forget() {
	f.root.Close()
	os.Remove(f.mark)
}

// openRoot opens the root of a mounted volume; nil when it is not mounted.
// It mounts the device once more for it: where the kubelet mounted it may be
// covered, or be in a mount namespace that outlived its cluster.
func (p *pool) openRoot(id string) (*os.File, error) {
	device, err := findLoop(p.volumes.image(id))
	if device == nil || err != nil {
		return nil, err
	}
	defer device.Close()
	dir := filepath.Join(p.data, "root")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	err = unix.Mount(device.Name(), dir, "ext4", 0, "")
	if errors.Is(err, unix.EBUSY) { // it is mounted read-only
		err = unix.Mount(device.Name(), dir, "ext4", unix.MS_RDONLY, "")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot mount %s of volume %s once more: %w", device.Name(), id, err)
	}
	// The open folder keeps the mount; nobody needs to see it.
	root, err := os.Open(dir)
	return root, errors.Join(err, unix.Unmount(dir, unix.MNT_DETACH))
}

func (p *pool) frozenMark(id string) string {
	return filepath.Join(p.volumes.dir, id+".frozen")
}

// thawLeftFrozen thaws what a driver that was killed in a snapshot had frozen.
func (p *pool) thawLeftFrozen() error {
	marks, err := filepath.Glob(p.frozenMark("*"))
	if err != nil {
		return err
	}
	for _, mark := range marks {
		id := strings.TrimSuffix(filepath.Base(mark), ".frozen")
		root, err := p.openRoot(id)
		if errors.Is(err, fs.ErrNotExist) || (err == nil && root == nil) {
			os.Remove(mark)
			continue
		}
		if err != nil {
			return err
		}
		if err := (&frozenVolume{root: root, mark: mark}).thaw(); err != nil {
			return err
		}
	}
	return nil
}
