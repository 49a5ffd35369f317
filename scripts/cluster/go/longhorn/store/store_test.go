package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const testBlock = 64

func quiet(int) error { return nil }

func restored(t *testing.T, s *Store, volume, name string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "image")
	// What a file had before must not show through.
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	file.Write(bytes.Repeat([]byte{0xff}, 3*testBlock))
	if err := s.Restore(volume, name, file, quiet); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func keys(t *testing.T, target Directory) []string {
	t.Helper()
	all, err := target.List("")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func create(s *Store, name string, image []byte, full bool, p Progress) (Backup, error) {
	return s.Create(Backup{Name: name, Volume: "vol", ImageSize: int64(len(image))}, bytes.NewReader(image), full, p)
}

// scribble writes few kinds of content, so that blocks repeat, also zeros.
func scribble(r *rand.Rand, image []byte) {
	at := r.IntN(len(image))
	length := min(len(image)-at, 1+r.IntN(3*testBlock))
	if r.IntN(2) == 0 { // whole blocks
		at -= at % testBlock
		length = min(len(image)-at, testBlock*(1+r.IntN(3)))
	}
	for i := range length {
		image[at+i] = byte(at+i) % testBlock * byte(at%3)
	}
}

func TestEverySequenceOfWritesBackupsAndDeletionsRestoresTheImage(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		target := Directory(t.TempDir())
		s := New(target, testBlock)
		// Not always a whole number of blocks.
		image := make([]byte, 1+r.IntN(12*testBlock))
		want := map[string][]byte{}
		for step := range 40 {
			name := fmt.Sprintf("b%d", step)
			switch r.IntN(6) {
			case 0, 1:
				scribble(r, image)
			case 2: // grow
				image = append(image, make([]byte, r.IntN(2*testBlock))...)
			case 3:
				if _, err := create(s, name, image, r.IntN(3) == 0, quiet); err != nil {
					t.Fatalf("seed %d step %d: %v", seed, step, err)
				}
				want[name] = bytes.Clone(image)
			case 4: // one that stops in the middle
				left, stop := r.IntN(6), errors.New("stop")
				_, err := create(s, name, image, false, func(int) error {
					if left--; left < 0 {
						return stop
					}
					return nil
				})
				if err == nil {
					want[name] = bytes.Clone(image)
				} else if !errors.Is(err, stop) {
					t.Fatalf("seed %d step %d: %v", seed, step, err)
				}
			case 5:
				for gone := range want {
					if err := s.Delete("vol", gone); err != nil {
						t.Fatalf("seed %d step %d: %v", seed, step, err)
					}
					delete(want, gone)
					break
				}
			}
		}
		all, err := s.List()
		if err != nil || len(all) != len(want) {
			t.Fatalf("seed %d: %d backups are listed, %d were made: %v", seed, len(all), len(want), err)
		}
		for name, content := range want {
			if got := restored(t, s, "vol", name); !bytes.Equal(got, content) {
				t.Fatalf("seed %d: %s restores to another image", seed, name)
			}
		}
		for _, name := range append(slices.Collect(maps.Keys(want)), "none") {
			if err := s.Delete("vol", name); err != nil {
				t.Fatal(err)
			}
		}
		if left := keys(t, target); len(left) > 0 {
			t.Fatalf("seed %d: after all deletions %v are left", seed, left)
		}
	}
}

func TestABackupSendsOnlyWhatTheTargetLacksUnlessItIsFull(t *testing.T) {
	s := New(Directory(t.TempDir()), testBlock)
	image := make([]byte, 10*testBlock)
	for i := range 4 * testBlock {
		image[i] = byte(i/testBlock + 1)
	}
	for _, c := range []struct {
		name       string
		full       bool
		new, again int64
	}{{"first", false, 4, 0}, {"second", false, 1, 0}, {"full", true, 1, 3}} {
		b, err := create(s, c.name, image, c.full, quiet)
		if err != nil || b.NewlyUploaded != c.new*testBlock || b.ReUploaded != c.again*testBlock {
			t.Fatalf("%s: sent %d new and %d again: %v", c.name, b.NewlyUploaded, b.ReUploaded, err)
		}
		image[0] += 100
	}
}

func TestATargetWithoutItsFolderIsUnavailableAndNothingIsMade(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "away")
	s := New(Directory(folder), testBlock)
	_, created := create(s, "b", []byte{1}, false, quiet)
	_, listed := s.List()
	for _, err := range []error{created, listed, s.Delete("vol", "b")} {
		if !errors.Is(err, ErrUnavailable) {
			t.Fatalf("got %v", err)
		}
	}
	if _, err := os.Stat(folder); err == nil {
		t.Fatal("the folder was made")
	}
}

func TestARestoreRefusesADamagedAndAMissingBlock(t *testing.T) {
	target := Directory(t.TempDir())
	s := New(target, testBlock)
	b, err := create(s, "b", []byte{1}, false, quiet)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "image"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	key := blockKey("vol", b.Blocks[0].Checksum)
	if err := target.Write(key, []byte{2}); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore("vol", "b", file, quiet); err == nil {
		t.Fatal("a damaged block was restored")
	}
	if err := target.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := s.Restore("vol", "b", file, quiet); !errors.Is(err, ErrNotFound) {
		t.Fatalf("a missing block gave %v", err)
	}
}

func TestNamesThatLeaveTheStoreAreRefused(t *testing.T) {
	s := New(Directory(t.TempDir()), testBlock)
	for _, name := range []string{"", "..", "a/b", "../x", "A"} {
		if err := s.Delete("vol", name); err == nil {
			t.Fatalf("%q was taken", name)
		}
	}
}
