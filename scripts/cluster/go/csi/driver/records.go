package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

type volume struct {
	Name           string    `json:"name"`
	SizeBytes      int64     `json:"sizeBytes"`
	Created        time.Time `json:"created"`
	SourceSnapshot string    `json:"sourceSnapshot,omitempty"`
	SourceVolume   string    `json:"sourceVolume,omitempty"`
}

type snapshot struct {
	Name         string    `json:"name"`
	SourceVolume string    `json:"sourceVolume"`
	Group        string    `json:"group,omitempty"`
	SizeBytes    int64     `json:"sizeBytes"`
	Created      time.Time `json:"created"`
	ReadyAt      time.Time `json:"readyAt"`
}

type group struct {
	Name          string    `json:"name"`
	SourceVolumes []string  `json:"sourceVolumes"` // sorted
	Snapshots     []string  `json:"snapshots"`
	Created       time.Time `json:"created"`
	ReadyAt       time.Time `json:"readyAt"`
}

// records are the things of one kind: <id>.json, and beside it <id>.img.
// A thing exists when its .json does.
type records[T any] struct{ dir string }

func (r records[T]) path(id string) string  { return filepath.Join(r.dir, id+".json") }
func (r records[T]) image(id string) string { return filepath.Join(r.dir, id+".img") }

// load tells by its second result whether the record exists.
func (r records[T]) load(id string) (value T, exists bool, err error) {
	if !validID(id) {
		return value, false, nil
	}
	text, err := os.ReadFile(r.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return value, false, nil
	}
	if err != nil {
		return value, false, err
	}
	if err := json.Unmarshal(text, &value); err != nil {
		return value, false, fmt.Errorf("%s is damaged: %w", r.path(id), err)
	}
	return value, true, nil
}

func (r records[T]) save(id string, value T) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return makeFile(r.path(id), func(tmp *os.File) error {
		if _, err := tmp.Write(text); err != nil {
			return err
		}
		return tmp.Sync()
	})
}

// remove is idempotent, and also clears what a crash left of a half-made thing.
func (r records[T]) remove(id string) error {
	if !validID(id) {
		return nil
	}
	for _, path := range []string{r.path(id), r.image(id)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// ids are sorted, so that a page can end at any of them.
func (r records[T]) ids() ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(r.dir, "*.json"))
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(paths))
	for _, path := range paths {
		ids = append(ids, strings.TrimSuffix(filepath.Base(path), ".json"))
	}
	sort.Strings(ids)
	return ids, nil
}

// sweep removes what a crash left half-made: files that belong to no record.
func (r records[T]) sweep() error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(r.dir, "*"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		id, _, _ := strings.Cut(filepath.Base(path), ".")
		_, err := os.Stat(r.path(id))
		if errors.Is(err, fs.ErrNotExist) || strings.HasSuffix(path, ".tmp") {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// idFor makes an id of a name: one name always gives the same id, which is what
// makes the calls idempotent. Names may hold any character; ids go into paths.
func idFor(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return kind + "-" + hex.EncodeToString(sum[:16])
}

var idPattern = regexp.MustCompile(`^(vol|snap|group)-[0-9a-f]{32}$`)

// validID refuses ids from outside that could lead out of the pool.
func validID(id string) bool { return idPattern.MatchString(id) }
