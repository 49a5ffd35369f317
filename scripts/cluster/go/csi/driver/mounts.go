package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// mountPoint is one line of /proc/self/mountinfo. It is read anew each time:
// the driver keeps no state that a restart could lose.
type mountPoint struct {
	device   uint64
	path     string
	readOnly bool
}

func mountPoints() ([]mountPoint, error) {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	var points []mountPoint
	for line := range strings.Lines(string(text)) {
		point, err := parseMountPoint(line)
		if err != nil {
			return nil, err
		}
		points = append(points, point)
	}
	return points, nil
}

// parseMountPoint reads "ID PARENT MAJOR:MINOR ROOT PATH OPTIONS …".
func parseMountPoint(line string) (mountPoint, error) {
	fields := strings.Fields(line)
	if len(fields) < 6 {
		return mountPoint{}, fmt.Errorf("/proc/self/mountinfo has an odd line: %q", line)
	}
	var major, minor uint32
	if _, err := fmt.Sscanf(fields[2], "%d:%d", &major, &minor); err != nil {
		return mountPoint{}, fmt.Errorf("/proc/self/mountinfo has an odd device: %q", line)
	}
	return mountPoint{
		device:   unix.Mkdev(major, minor),
		path:     unescapeOctal(fields[4]),
		readOnly: strings.HasPrefix(fields[5]+",", "ro,"),
	}, nil
}

// unescapeOctal undoes \040 and the like, which mountinfo writes for spaces.
func unescapeOctal(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// mountAt gives the mount one sees at path, or nil: the last one is on top.
func mountAt(path string) (*mountPoint, error) {
	points, err := mountPoints()
	if err != nil {
		return nil, err
	}
	for i := len(points) - 1; i >= 0; i-- {
		if points[i].path == path {
			return &points[i], nil
		}
	}
	return nil, nil
}

// attachFor gives the loop device of an image that is to be mounted at path, and whether it is mounted there already.
func attachFor(image, path string) (device *os.File, isMounted bool, err error) {
	device, err = attachLoop(image)
	if err != nil {
		return nil, false, err
	}
	number, err := deviceNumber(device)
	if err == nil {
		isMounted, err = isDeviceAt(path, number)
	}
	if err != nil {
		device.Close()
		return nil, false, err
	}
	return device, isMounted, nil
}

// isDeviceAt refuses a path where something else is mounted.
func isDeviceAt(path string, number uint64) (bool, error) {
	point, err := mountAt(path)
	if err != nil || point == nil {
		return false, err
	}
	if point.device != number {
		return false, status.Errorf(codes.FailedPrecondition, "something else is mounted at %s", path)
	}
	return true, nil
}

// mountsOf lists where an image is mounted in this mount namespace, and tells
// whether it is attached to a loop device at all.
func mountsOf(image string) (mounts []mountPoint, attached bool, err error) {
	device, err := findLoop(image)
	if device == nil || err != nil {
		return nil, false, err
	}
	defer device.Close()
	number, err := deviceNumber(device)
	if err != nil {
		return nil, true, err
	}
	points, err := mountPoints()
	for _, point := range points {
		if point.device == number {
			mounts = append(mounts, point)
		}
	}
	return mounts, true, err
}

func unmountAll(path string) error {
	for {
		point, err := mountAt(path)
		if point == nil || err != nil {
			return err
		}
		if err := unix.Unmount(path, unix.UMOUNT_NOFOLLOW); err != nil {
			return fmt.Errorf("cannot unmount %s: %w", path, err)
		}
	}
}

// bindMount shows source at target too. The mount is complete before anybody
// sees it, so that a crash cannot leave a writable one where read-only was asked.
func bindMount(source, target string, readOnly bool) error {
	tree, err := unix.OpenTree(unix.AT_FDCWD, source, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return fmt.Errorf("cannot open the mount at %s: %w", source, err)
	}
	defer unix.Close(tree)
	if readOnly {
		attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
		if err := unix.MountSetattr(tree, "", unix.AT_EMPTY_PATH, &attr); err != nil {
			return fmt.Errorf("cannot make the mount for %s read-only: %w", target, err)
		}
	}
	if err := unix.MoveMount(tree, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("cannot mount %s on %s: %w", source, target, err)
	}
	return nil
}

var mountFlagBits = map[string]uintptr{
	"defaults": 0, "rw": 0,
	"ro": unix.MS_RDONLY, "nosuid": unix.MS_NOSUID, "nodev": unix.MS_NODEV, "noexec": unix.MS_NOEXEC,
	"noatime": unix.MS_NOATIME, "nodiratime": unix.MS_NODIRATIME, "relatime": unix.MS_RELATIME,
	"strictatime": unix.MS_STRICTATIME, "lazytime": unix.MS_LAZYTIME,
	"sync": unix.MS_SYNCHRONOUS, "dirsync": unix.MS_DIRSYNC,
}

// splitMountFlags parts a StorageClass's mountOptions into what mount(2) takes
// as bits and what it takes as text.
func splitMountFlags(mountFlags []string) (bits uintptr, data []string) {
	for _, flag := range mountFlags {
		if bit, known := mountFlagBits[flag]; known {
			bits |= bit
		} else {
			data = append(data, flag)
		}
	}
	return bits, data
}
