package store

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

// BlockSize is the size of a block of Longhorn's store unless a target says another.
const BlockSize = 2 << 20

// Block is a block of an image: where it lies and what is in it.
type Block struct {
	Offset   int64  `json:"offset"`
	Checksum string `json:"checksum"`
}

// Backup is the configuration of a backup, the file whose presence makes it one.
type Backup struct {
	Name              string            `json:"name"`
	Volume            string            `json:"volumeName"`
	Snapshot          string            `json:"snapshotName"`
	SnapshotCreatedAt time.Time         `json:"snapshotCreatedAt"`
	CreatedAt         time.Time         `json:"createdTime"`
	Labels            map[string]string `json:"labels,omitempty"`
	ImageSize         int64             `json:"imageSize"` // not in Longhorn's: there the volume's configuration has it
	Size              int64             `json:"size"`      // of the blocks, each counted as often as it lies in the image
	NewlyUploaded     int64             `json:"newlyUploadedDataSize"`
	ReUploaded        int64             `json:"reUploadedDataSize"`
	Blocks            []Block           `json:"blocks"`
}

// Store is a target with backups. One process at a time may write to it.
type Store struct {
	objects   Objects
	blockSize int64
	// Backups hold it to read and deletions to write: the blocks of a backup
	// that is under way belong to no configuration yet, and would be swept.
	// Longhorn keeps lock files on the target for the same end.
	mu sync.RWMutex
}

func New(objects Objects, blockSize int64) *Store {
	return &Store{objects: objects, blockSize: blockSize}
}

// Names become parts of paths.
var nameRule = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

func checkNames(names ...string) error {
	for _, name := range names {
		if !nameRule.MatchString(name) {
			return fmt.Errorf("%q cannot be the name of a volume or a backup; use a-z, 0-9, - and .", name)
		}
	}
	return nil
}

const root = "backupstore/volumes"

func checksum(data []byte) string {
	sum := sha512.Sum512(data)
	return hex.EncodeToString(sum[:])[:64]
}

func volumeFolder(volume string) string {
	sum := checksum([]byte(volume))
	return path.Join(root, sum[0:2], sum[2:4], volume)
}

func backupKey(volume, name string) string {
	return path.Join(volumeFolder(volume), "backups", "backup_"+name+".cfg")
}

func blocksFolder(volume string) string { return path.Join(volumeFolder(volume), "blocks") }

func blockKey(volume, sum string) string {
	return path.Join(blocksFolder(volume), sum[0:2], sum[2:4], sum+".blk")
}

// Load tells the backup of that name.
func (s *Store) Load(volume, name string) (Backup, error) {
	var b Backup
	if err := checkNames(volume, name); err != nil {
		return b, err
	}
	return b, s.load(backupKey(volume, name), &b)
}

func (s *Store) load(key string, b *Backup) error {
	data, err := s.objects.Read(key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, b); err != nil {
		return fmt.Errorf("%s is no configuration of a backup: %w", key, err)
	}
	for _, block := range b.Blocks {
		if len(block.Checksum) != 64 {
			return fmt.Errorf("%s has a block at %d with the checksum %q, which is none", key, block.Offset, block.Checksum)
		}
	}
	return nil
}

// List tells all backups of the target, which is what a sync of it reads.
func (s *Store) List() ([]Backup, error) { return s.list(root) }

func (s *Store) list(folder string) ([]Backup, error) {
	keys, err := s.objects.List(folder)
	if err != nil {
		return nil, err
	}
	var all []Backup
	for _, key := range keys {
		if !strings.HasPrefix(path.Base(key), "backup_") || path.Ext(key) != ".cfg" {
			continue
		}
		var b Backup
		if err := s.load(key, &b); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}

// Delete removes a backup and the blocks that no other backup of its volume
// uses, also those that a failed backup left. One that is gone is content.
func (s *Store) Delete(volume, name string) error {
	if err := checkNames(volume, name); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// First, so that a deletion that is cut off leaves blocks too many, not too few.
	if err := s.objects.Remove(backupKey(volume, name)); err != nil {
		return err
	}
	return s.sweep(volume)
}

// sweep goes by the configurations, so one that cannot be read stops it.
func (s *Store) sweep(volume string) error {
	backups, err := s.list(path.Join(volumeFolder(volume), "backups"))
	if err != nil {
		return err
	}
	used := map[string]bool{}
	for _, b := range backups {
		for _, block := range b.Blocks {
			used[blockKey(volume, block.Checksum)] = true
		}
	}
	keys, err := s.objects.List(blocksFolder(volume))
	if err != nil {
		return err
	}
	var errs []error
	for _, key := range keys {
		if !used[key] {
			errs = append(errs, s.objects.Remove(key))
		}
	}
	return errors.Join(errs...)
}
