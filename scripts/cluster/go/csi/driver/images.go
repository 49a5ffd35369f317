package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	blockSize = 4096
	mib       = 1 << 20
	gib       = 1 << 30
	// ext4 with a journal needs about this much to be of any use.
	minVolumeSize     = 8 * mib
	defaultVolumeSize = 1 * gib
)

// makeImage makes a sparse ext4 image. No space is kept for root, and a small
// volume has few inodes and a small journal, so that most of it can be used.
func makeImage(path string, size int64) error {
	return makeFile(path, func(tmp *os.File) error {
		if err := tmp.Truncate(size); err != nil {
			return err
		}
		args := []string{"-q", "-F", "-m", "0", "-b", strconv.Itoa(blockSize), "-i", "16384"}
		if size < gib {
			args = append(args, "-J", "size=4")
		}
		// The file is sparse and so reads as zeroes: nothing needs to be wiped.
		args = append(args, "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", tmp.Name())
		return runTool("mkfs.ext4", args...)
	})
}

// cloneImage copies an unmounted or frozen image by sharing its blocks. The copy
// is size bytes long if that is more than the source has.
func cloneImage(source, path string, size int64) error {
	from, err := os.Open(source)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	return makeFile(path, func(tmp *os.File) error {
		if err := unix.IoctlFileClone(int(tmp.Fd()), int(from.Fd())); err != nil {
			return fmt.Errorf("cannot reflink %s to %s: %w", source, path, err)
		}
		if size <= info.Size() {
			return nil
		}
		if err := tmp.Truncate(size); err != nil {
			return err
		}
		return growFilesystem(tmp.Name())
	})
}

// makeFile lets fill write a new file, which gets its name when it is complete.
func makeFile(path string, fill func(tmp *os.File) error) (err error) {
	tmp, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, tmp.Close())
		if err == nil {
			err = os.Rename(tmp.Name(), path)
		}
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	return fill(tmp)
}

// growFilesystem makes the file system of an unmounted image as big as the image.
// Growing a mounted one needs CAP_SYS_RESOURCE, which test machines may lack.
func growFilesystem(image string) error {
	// resize2fs insists on a check first, which also replays the journal.
	err := runTool("e2fsck", "-f", "-y", image)
	var exit *exec.ExitError
	const corrected = 1
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == corrected) {
		return err
	}
	return runTool("resize2fs", image)
}

func runTool(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}
