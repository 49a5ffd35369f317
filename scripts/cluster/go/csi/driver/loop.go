package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// attachLoop gives the open loop device of an image. It takes the one that is
// attached already, because two devices over one file would corrupt it.
// The device detaches itself when nothing holds it open or mounted any more.
func attachLoop(image string) (*os.File, error) {
	if device, err := findLoop(image); device != nil || err != nil {
		return device, err
	}
	file, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	control, err := os.OpenFile("/dev/loop-control", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer control.Close()
	// Other programs may take the free device before us.
	for range 32 {
		device, err := attachFreeLoop(control, file)
		if !errors.Is(err, unix.EBUSY) {
			return device, err
		}
	}
	return nil, fmt.Errorf("no free loop device for %s: others took each one first", image)
}

func attachFreeLoop(control, file *os.File) (*os.File, error) {
	number, err := unix.IoctlRetInt(int(control.Fd()), unix.LOOP_CTL_GET_FREE)
	if err != nil {
		return nil, fmt.Errorf("no free loop device: %w", err)
	}
	device, err := openLoop(number, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	config := unix.LoopConfig{Fd: uint32(file.Fd()), Info: unix.LoopInfo64{Flags: unix.LO_FLAGS_AUTOCLEAR}}
	copy(config.Info.File_name[:len(config.Info.File_name)-1], file.Name())
	if err := unix.IoctlLoopConfigure(int(device.Fd()), &config); err != nil {
		device.Close()
		return nil, fmt.Errorf("cannot attach %s to %s: %w", file.Name(), device.Name(), err)
	}
	return device, nil
}

// openLoop makes the device node first where no udev or devtmpfs does.
func openLoop(number, mode int) (*os.File, error) {
	path := fmt.Sprintf("/dev/loop%d", number)
	device, err := os.OpenFile(path, mode, 0)
	if !errors.Is(err, fs.ErrNotExist) {
		return device, err
	}
	const loopMajor = 7
	err = unix.Mknod(path, unix.S_IFBLK|0o660, int(unix.Mkdev(loopMajor, uint32(number))))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("cannot make %s: %w", path, err)
	}
	return os.OpenFile(path, mode, 0)
}

// findLoop gives the open loop device that an image is attached to, or nil.
// It compares inodes: a path may look different from another mount namespace.
func findLoop(image string) (*os.File, error) {
	var want unix.Stat_t
	if err := unix.Stat(image, &want); err != nil {
		return nil, fmt.Errorf("stat %s: %w", image, err)
	}
	attached, err := filepath.Glob("/sys/block/loop*/loop/backing_file")
	if err != nil {
		return nil, err
	}
	for _, file := range attached {
		var number int
		if _, err := fmt.Sscanf(file, "/sys/block/loop%d/", &number); err != nil {
			continue
		}
		device, err := openLoop(number, os.O_RDONLY)
		if err != nil {
			return nil, err
		}
		info, err := unix.IoctlLoopGetStatus64(int(device.Fd()))
		// An error means that it was detached a moment ago.
		if err == nil && info.Inode == want.Ino && info.Device == want.Dev {
			return device, nil
		}
		device.Close()
	}
	return nil, nil
}

// deviceNumber is what mountinfo and stat call a file system on this device.
func deviceNumber(device *os.File) (uint64, error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(device.Fd()), &st); err != nil {
		return 0, fmt.Errorf("stat %s: %w", device.Name(), err)
	}
	return st.Rdev, nil
}
