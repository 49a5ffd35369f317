package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// pool is the XFS that all images live on. Its mutex makes the calls of the
// driver one after the other, which is all the concurrency a test needs.
type pool struct {
	mu        sync.Mutex
	data      string // where the XFS is mounted
	volumes   records[volume]
	snapshots records[snapshot]
	groups    records[group]
	attempts  map[string]int // failures already injected, by id; see faults
}

// openPool makes and mounts the pool as far as that is not done yet, and mends
// what a killed driver left.
func openPool(dir string, size int64) (*pool, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	// mountinfo shows real paths only.
	if data, err = filepath.EvalSymlinks(data); err != nil {
		return nil, err
	}
	if err := mountPool(filepath.Join(dir, "pool.img"), data, size); err != nil {
		return nil, fmt.Errorf("pool %s: %w", dir, err)
	}
	p := &pool{
		data:      data,
		volumes:   records[volume]{filepath.Join(data, "volumes")},
		snapshots: records[snapshot]{filepath.Join(data, "snapshots")},
		groups:    records[group]{filepath.Join(data, "groups")},
		attempts:  map[string]int{},
	}
	return p, p.recover()
}

func mountPool(image, data string, size int64) error {
	if err := makePoolImage(image, size); err != nil {
		return err
	}
	device, isMounted, err := attachFor(image, data)
	if err != nil {
		return err
	}
	defer device.Close()
	if isMounted {
		return nil
	}
	// With discard, the sparse file shrinks when volumes are deleted.
	if err := unix.Mount(device.Name(), data, "xfs", unix.MS_NOATIME, "discard"); err != nil {
		return fmt.Errorf("cannot mount %s on %s: %w", device.Name(), data, err)
	}
	return nil
}

func makePoolImage(image string, size int64) error {
	if _, err := os.Stat(image); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return makeFile(image, func(tmp *os.File) error {
		if err := tmp.Truncate(size); err != nil {
			return err
		}
		return runTool("mkfs.xfs", "-q", "-f", "-K", "-m", "reflink=1", tmp.Name())
	})
}

func (p *pool) recover() error {
	// Before the sweep, which would take the marks of frozen volumes.
	if err := p.thawLeftFrozen(); err != nil {
		return err
	}
	for _, sweep := range []func() error{p.volumes.sweep, p.snapshots.sweep, p.groups.sweep, p.sweepMembers} {
		if err := sweep(); err != nil {
			return err
		}
	}
	return nil
}

// sweepMembers removes snapshots of a group that was never completed or is half deleted.
func (p *pool) sweepMembers() error {
	ids, err := p.snapshots.ids()
	if err != nil {
		return err
	}
	for _, id := range ids {
		s, _, err := p.snapshots.load(id)
		if err != nil {
			return err
		}
		if s.Group == "" {
			continue
		}
		_, exists, err := p.groups.load(s.Group)
		if err != nil {
			return err
		}
		if !exists {
			if err := p.snapshots.remove(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// space tells how many bytes the pool has, and how many are free.
func (p *pool) space() (total, free int64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(p.data, &st); err != nil {
		return 0, 0, fmt.Errorf("statfs %s: %w", p.data, err)
	}
	return int64(st.Blocks) * st.Bsize, int64(st.Bavail) * st.Bsize, nil
}
