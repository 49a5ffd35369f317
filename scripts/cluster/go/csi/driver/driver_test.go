package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const testSize = 64 * mib

var (
	ctx      = context.Background()
	testPool *pool
)

// TestMain runs the tests in a mount namespace of their own: what they mount
// goes with it, and that no loop device stays is checked from outside.
func TestMain(m *testing.M) {
	if os.Getuid() != 0 {
		fmt.Println("skipped: these tests mount volumes, so they need root")
		return
	}
	if _, err := exec.LookPath("mkfs.xfs"); err != nil {
		fmt.Println("skipped: these tests need mkfs.xfs (Debian package xfsprogs)")
		return
	}
	if os.Getenv("DRIVER_TEST_POOL") == "" {
		os.Exit(runInNamespace())
	}
	var err error
	if testPool, err = openPool(os.Getenv("DRIVER_TEST_POOL"), gib); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func runInNamespace() int {
	dir, err := os.MkdirTemp("", "driver-test-")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), "DRIVER_TEST_POOL="+dir)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if err := cmd.Run(); err != nil {
		fmt.Println(err)
		return 1
	}
	if left := loopsLeft(dir, time.Now().Add(10*time.Second)); left != "" {
		fmt.Printf("loop devices stayed after the mount namespace was gone:\n%s", left)
		return 1
	}
	return 0
}

// loopsLeft waits a little: the kernel detaches loop devices in the background.
func loopsLeft(dir string, until time.Time) string {
	for {
		out, _ := exec.Command("losetup", "--list", "--noheadings", "--output", "NAME,BACK-FILE").Output()
		if !strings.Contains(string(out), dir) || time.Now().After(until) {
			if strings.Contains(string(out), dir) {
				return string(out)
			}
			return ""
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestAFullVolumeIsFull(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, false)
	err := os.WriteFile(filepath.Join(dir, "big"), make([]byte, testSize), 0o600)
	if !errors.Is(err, unix.ENOSPC) {
		t.Fatalf("writing more than the volume has: got %v, want ENOSPC", err)
	}
	res, err := v.node.NodeGetVolumeStats(ctx, &csi.NodeGetVolumeStatsRequest{VolumeId: v.id, VolumePath: dir})
	if err != nil {
		t.Fatal(err)
	}
	bytes := res.Usage[0]
	if bytes.Available != 0 || bytes.Total < testSize*8/10 || bytes.Total > testSize {
		t.Errorf("a full volume of %d bytes says: %v", testSize, bytes)
	}
}

// The writer never syncs: only a freeze brings what it wrote into the snapshot.
func TestASnapshotUnderWritesHoldsAllThatWasWritten(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, false)
	var written atomic.Int64
	stop := startWriter(t, func(n int64) error {
		defer written.Store(n)
		return appendLine(filepath.Join(dir, "log"), n)
	})
	waitFor(t, func() bool { return written.Load() > 20 })
	before := written.Load()
	id := snapshotOf(t, v, nil).SnapshotId
	after := written.Load() + 1
	stop()

	restored := newVolume(t, testSize, fromSnapshot(id))
	lines := readLines(t, filepath.Join(restored.mount(t, true), "log"))
	if n := int64(len(lines)); n < before || n > after {
		t.Errorf("the snapshot has %d lines; %d were written before it and %d after", n, before, after)
	}
	for i, line := range lines {
		if line != fmt.Sprint(i+1) {
			t.Fatalf("line %d of the restored log is %q", i+1, line)
		}
	}
}

func TestAReadOnlyPublishRefusesWrites(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, true)
	if err := os.WriteFile(filepath.Join(dir, "x"), nil, 0o600); !errors.Is(err, unix.EROFS) {
		t.Errorf("writing to a read-only publish: got %v, want EROFS", err)
	}
}

func TestARestoreMayBeBiggerButNotSmaller(t *testing.T) {
	v := newVolume(t, testSize, nil)
	writeFile(t, filepath.Join(v.mount(t, false), "f"), "content")
	source := fromSnapshot(snapshotOf(t, v, nil).SnapshotId)

	bigger := newVolume(t, 5*testSize, source)
	dir := bigger.mount(t, false)
	if got := readLines(t, filepath.Join(dir, "f")); got[0] != "content" {
		t.Errorf("the restored file says %q", got)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil || int64(st.Blocks)*st.Bsize < 4*testSize {
		t.Errorf("the bigger volume's file system did not grow: %d blocks, %v", st.Blocks, err)
	}
	_, err := (&controller{pool: testPool}).CreateVolume(ctx, volumeRequest("too small", testSize/2, source))
	wantCode(t, err, codes.OutOfRange)
}

func TestAnUnmountedVolumeExpandsAndAMountedOneDoesNot(t *testing.T) {
	v := newVolume(t, testSize, nil)
	request := &csi.ControllerExpandVolumeRequest{VolumeId: v.id, CapacityRange: &csi.CapacityRange{RequiredBytes: 3 * testSize}}
	if _, err := v.controller.ControllerExpandVolume(ctx, request); err != nil {
		t.Fatal(err)
	}
	var st unix.Statfs_t
	if err := unix.Statfs(v.mount(t, false), &st); err != nil || int64(st.Blocks)*st.Bsize < 2*testSize {
		t.Errorf("the file system did not grow: %d blocks, %v", st.Blocks, err)
	}
	request.CapacityRange.RequiredBytes = 4 * testSize
	_, err := v.controller.ControllerExpandVolume(ctx, request)
	wantCode(t, err, codes.FailedPrecondition)
}

func TestAMountedVolumeIsNotDeleted(t *testing.T) {
	v := newVolume(t, testSize, nil)
	v.mount(t, false)
	_, err := v.controller.DeleteVolume(ctx, &csi.DeleteVolumeRequest{VolumeId: v.id})
	wantCode(t, err, codes.FailedPrecondition)
}

func TestASnapshotIsReadyOnlyAfterItsDelay(t *testing.T) {
	v := newVolume(t, testSize, nil)
	s := snapshotOf(t, v, map[string]string{"readyDelay": "300ms"})
	if s.ReadyToUse {
		t.Fatal("the snapshot is ready at once")
	}
	_, err := v.controller.CreateVolume(ctx, volumeRequest("early", testSize, fromSnapshot(s.SnapshotId)))
	wantCode(t, err, codes.FailedPrecondition)
	waitFor(t, func() bool {
		res, err := v.controller.ListSnapshots(ctx, &csi.ListSnapshotsRequest{SnapshotId: s.SnapshotId})
		return err == nil && len(res.Entries) == 1 && res.Entries[0].Snapshot.ReadyToUse
	})
	if took := time.Since(s.CreationTime.AsTime()); took < 300*time.Millisecond {
		t.Errorf("ready after %v", took)
	}
}

func TestErrorsAreInjected(t *testing.T) {
	v := newVolume(t, testSize, nil)
	try := func(name string, parameters map[string]string) error {
		_, err := v.controller.CreateSnapshot(ctx, &csi.CreateSnapshotRequest{Name: name, SourceVolumeId: v.id, Parameters: parameters})
		return err
	}
	for range 3 {
		wantCode(t, try("always", map[string]string{"error": "the array is on fire"}), codes.Internal)
	}
	twice := map[string]string{"error": "the array is on fire", "errorTimes": "2"}
	for _, name := range []string{"first", "second"} {
		wantCode(t, try(name, twice), codes.Internal)
		wantCode(t, try(name, twice), codes.Internal)
		wantCode(t, try(name, twice), codes.OK)
		wantCode(t, try(name, twice), codes.OK)
	}
	wantCode(t, try("typo", map[string]string{"redyDelay": "5s"}), codes.InvalidArgument)
}

func TestAGroupSnapshotIsOfOneMoment(t *testing.T) {
	a, b := newVolume(t, testSize, nil), newVolume(t, testSize, nil)
	dirs := []string{a.mount(t, false), b.mount(t, false)}
	var written atomic.Int64
	stop := startWriter(t, func(n int64) error {
		defer written.Store(n)
		for _, dir := range dirs {
			if err := appendLine(filepath.Join(dir, "log"), n); err != nil {
				return err
			}
		}
		return nil
	})
	groups := &groupController{pool: testPool}
	for round := range 5 {
		waitFor(t, func() bool { return written.Load() > int64(10*round) })
		checkOneMoment(t, groups, []*testVolume{a, b}, fmt.Sprint("round ", round))
	}
	stop()
}

// checkOneMoment: the writer writes each number to a, then to b. In a cut through
// one moment, b therefore has as many as a, or one less.
func checkOneMoment(t *testing.T, groups *groupController, sources []*testVolume, name string) {
	t.Helper()
	res, err := groups.CreateVolumeGroupSnapshot(ctx, &csi.CreateVolumeGroupSnapshotRequest{
		Name: name, SourceVolumeIds: []string{sources[0].id, sources[1].id},
	})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, s := range res.GroupSnapshot.Snapshots {
		restored := newVolume(t, testSize, fromSnapshot(s.SnapshotId))
		counts[s.SourceVolumeId] = len(readLines(t, filepath.Join(restored.mount(t, true), "log")))
		_, err := sources[0].controller.DeleteSnapshot(ctx, &csi.DeleteSnapshotRequest{SnapshotId: s.SnapshotId})
		wantCode(t, err, codes.InvalidArgument)
	}
	if ahead := counts[sources[0].id] - counts[sources[1].id]; ahead != 0 && ahead != 1 {
		t.Errorf("%s: the snapshots are of different moments: %v", name, counts)
	}
	id := res.GroupSnapshot.GroupSnapshotId
	if _, err := groups.DeleteVolumeGroupSnapshot(ctx, &csi.DeleteVolumeGroupSnapshotRequest{GroupSnapshotId: id}); err != nil {
		t.Fatal(err)
	}
	left, err := testPool.findSnapshots("", sources[0].id)
	if err != nil || len(left) != 0 {
		t.Errorf("snapshots of a deleted group stayed: %v %v", left, err)
	}
}

func TestADriverThatRestartsKnowsMountsAndThawsWhatWasLeftFrozen(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, false)
	left, err := testPool.freeze(v.id)
	if err != nil {
		t.Fatal(err)
	}
	left.root.Close() // as the kernel does for a killed driver
	if testPool, err = openPool(os.Getenv("DRIVER_TEST_POOL"), gib); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(filepath.Join(dir, "f"), []byte("x"), 0o600) }()
	select {
	case err := <-written:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the volume is still frozen")
	}
	mounts, attached, err := mountsOf(testPool.volumes.image(v.id))
	if err != nil || !attached || len(mounts) != 2 {
		t.Errorf("the new driver sees attached %t, mounts %v, %v", attached, mounts, err)
	}
}

func TestAVolumeFrozenBySomebodyElseStaysFrozen(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, false)
	writeFile(t, filepath.Join(dir, "f"), "content")
	root, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := unix.IoctlSetInt(int(root.Fd()), fiFreeze, 0); err != nil {
		t.Fatal(err)
	}
	id := snapshotOf(t, v, nil).SnapshotId
	if err := unix.IoctlSetInt(int(root.Fd()), fiThaw, 0); err != nil {
		t.Errorf("the snapshot thawed a hook's freeze: %v", err)
	}
	restored := newVolume(t, testSize, fromSnapshot(id))
	if got := readLines(t, filepath.Join(restored.mount(t, true), "f")); got[0] != "content" {
		t.Errorf("the restored file says %q", got)
	}
}

func TestAVolumeMountedInAnotherNamespaceIsFrozenToo(t *testing.T) {
	v := newVolume(t, testSize, nil)
	dir := v.mount(t, false)
	writeFile(t, filepath.Join(dir, "f"), "content")
	file, err := os.Open(filepath.Join(dir, "f"))
	if err != nil {
		t.Fatal(err)
	}
	// An open file under a lazy unmount is as out of sight as another namespace.
	for _, path := range []string{dir, v.staging} {
		if err := unix.Unmount(path, unix.MNT_DETACH); err != nil {
			t.Fatal(err)
		}
	}
	restored := newVolume(t, testSize, fromSnapshot(snapshotOf(t, v, nil).SnapshotId))
	file.Close()
	if got := readLines(t, filepath.Join(restored.mount(t, true), "f")); got[0] != "content" {
		t.Errorf("the restored file says %q", got)
	}
}

func TestIdsFromOutsideCannotLeaveThePool(t *testing.T) {
	c := &controller{pool: testPool}
	for _, id := range []string{"../volumes/x", "/etc/passwd", "vol-", "*"} {
		if _, err := c.DeleteVolume(ctx, &csi.DeleteVolumeRequest{VolumeId: id}); err != nil {
			t.Errorf("deleting %q: %v", id, err)
		}
		_, err := c.CreateSnapshot(ctx, &csi.CreateSnapshotRequest{Name: id, SourceVolumeId: id})
		wantCode(t, err, codes.NotFound)
	}
}

func TestSizesAreRead(t *testing.T) {
	for text, want := range map[string]int64{"50Gi": 50 * gib, "300Mi": 300 * mib, "4096": 4096, "1Ti": 1024 * gib} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "Gi", "-1Gi", "5G", "5iG", "99999999999Ti"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", text, got)
		}
	}
}

type testVolume struct {
	id         string
	staging    string
	controller *controller
	node       *node
}

var names atomic.Int64

func newVolume(t *testing.T, size int64, source *csi.VolumeContentSource) *testVolume {
	t.Helper()
	v := &testVolume{staging: filepath.Join(t.TempDir(), "staging"), controller: &controller{pool: testPool}, node: &node{pool: testPool}}
	res, err := v.controller.CreateVolume(ctx, volumeRequest(fmt.Sprintf("%s %d", t.Name(), names.Add(1)), size, source))
	if err != nil {
		t.Fatal(err)
	}
	v.id = res.Volume.VolumeId
	t.Cleanup(func() {
		if _, err := v.controller.DeleteVolume(ctx, &csi.DeleteVolumeRequest{VolumeId: v.id}); err != nil {
			t.Error(err)
		}
	})
	return v
}

// mount stages and publishes the volume, each twice, and gives the published path.
func (v *testVolume) mount(t *testing.T, readOnly bool) string {
	t.Helper()
	target := filepath.Join(t.TempDir(), "target")
	t.Cleanup(func() {
		_, err := v.node.NodeUnpublishVolume(ctx, &csi.NodeUnpublishVolumeRequest{VolumeId: v.id, TargetPath: target})
		_, err2 := v.node.NodeUnstageVolume(ctx, &csi.NodeUnstageVolumeRequest{VolumeId: v.id, StagingTargetPath: v.staging})
		if err := errors.Join(err, err2); err != nil {
			t.Error(err)
		}
	})
	for range 2 {
		_, err := v.node.NodeStageVolume(ctx, &csi.NodeStageVolumeRequest{VolumeId: v.id, StagingTargetPath: v.staging, VolumeCapability: writer()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = v.node.NodePublishVolume(ctx, &csi.NodePublishVolumeRequest{
			VolumeId: v.id, StagingTargetPath: v.staging, TargetPath: target, VolumeCapability: writer(), Readonly: readOnly,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return target
}

func volumeRequest(name string, size int64, source *csi.VolumeContentSource) *csi.CreateVolumeRequest {
	return &csi.CreateVolumeRequest{
		Name: name, CapacityRange: &csi.CapacityRange{RequiredBytes: size},
		VolumeCapabilities: []*csi.VolumeCapability{writer()}, VolumeContentSource: source,
	}
}

func writer() *csi.VolumeCapability {
	return &csi.VolumeCapability{
		AccessMode: &csi.VolumeCapability_AccessMode{Mode: csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER},
		AccessType: &csi.VolumeCapability_Mount{Mount: &csi.VolumeCapability_MountVolume{}},
	}
}

func fromSnapshot(id string) *csi.VolumeContentSource {
	return describeVolume("", volume{SourceSnapshot: id}).ContentSource
}

func snapshotOf(t *testing.T, v *testVolume, parameters map[string]string) *csi.Snapshot {
	t.Helper()
	res, err := v.controller.CreateSnapshot(ctx, &csi.CreateSnapshotRequest{Name: "of " + v.id, SourceVolumeId: v.id, Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	return res.Snapshot
}

// startWriter calls write with 1, 2, 3 … until the returned function is called.
func startWriter(t *testing.T, write func(n int64) error) (stop func()) {
	stopping, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := int64(1); ; n++ {
			select {
			case <-stopping:
				done <- nil
				return
			default:
			}
			if err := write(n); err != nil {
				done <- err
				return
			}
		}
	}()
	stop = sync.OnceFunc(func() {
		close(stopping)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop) // before what is written to is unmounted
	return stop
}

func appendLine(path string, n int64) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, n)
	return errors.Join(err, file.Close())
}

func readLines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited 10 s in vain")
		}
	}
}

func wantCode(t *testing.T, err error, want codes.Code) {
	t.Helper()
	if got := status.Code(err); got != want {
		t.Errorf("got %v (%v), want %v", got, err, want)
	}
}
