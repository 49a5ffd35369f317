package store

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

func TestWhatAKilledWriterLeftIsSweptByTheNextDeletion(t *testing.T) {
	target := Directory(t.TempDir())
	s := New(target, testBlock)
	if _, err := create(s, "b", []byte{1}, false, quiet); err != nil {
		t.Fatal(err)
	}
	if err := target.Write(blockKey("vol", checksum(nil))+".1.tmp", []byte{1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete("vol", "b"); err != nil {
		t.Fatal(err)
	}
	if left := keys(t, target); len(left) > 0 {
		t.Fatalf("%v are left", left)
	}
}

func TestBackupsThatRunAtOnceSendTheSameBlocksWithoutHarm(t *testing.T) {
	target := Directory(t.TempDir())
	s := New(target, testBlock)
	image := make([]byte, 30*testBlock)
	for i := range image {
		image[i] = byte(1 + i/testBlock)
	}
	var all sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		all.Go(func() { _, errs[i] = create(s, fmt.Sprintf("b%d", i), image, true, quiet) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
		if got := restored(t, s, "vol", fmt.Sprintf("b%d", i)); !bytes.Equal(got, image) {
			t.Fatalf("b%d restores to another image", i)
		}
	}
}
