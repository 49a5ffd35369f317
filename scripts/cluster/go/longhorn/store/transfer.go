package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Progress is told 1 to 99 while blocks move. Its error stops the transfer:
// so tests make one fail in the middle.
type Progress func(percent int) error

// Create backs up an image of b.ImageSize bytes and answers b with what was
// moved. Blocks that the target has are not sent again unless full is set.
// Blocks of zeros are left out. A backup that fails leaves blocks only; the
// next deletion of a backup of the volume sweeps them.
func (s *Store) Create(b Backup, image io.ReaderAt, full bool, progress Progress) (Backup, error) {
	if err := checkNames(b.Volume, b.Name); err != nil {
		return b, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	exists, err := s.objects.Has(backupKey(b.Volume, b.Name))
	if err != nil {
		return b, err
	}
	if exists {
		return b, fmt.Errorf("the target already has a backup %s of volume %s", b.Name, b.Volume)
	}
	b.Blocks, b.Size, b.NewlyUploaded, b.ReUploaded = nil, 0, 0, 0
	sent := map[string]bool{} // so that full sends the same block once
	zeros := make([]byte, s.blockSize)
	buffer := make([]byte, s.blockSize)
	for offset := int64(0); offset < b.ImageSize; offset += s.blockSize {
		if err := progress(percent(offset, b.ImageSize)); err != nil {
			return b, err
		}
		data := buffer[:min(s.blockSize, b.ImageSize-offset)]
		if n, err := image.ReadAt(data, offset); n < len(data) {
			return b, fmt.Errorf("cannot read %d bytes of the image at %d: %w", len(data), offset, err)
		}
		if bytes.Equal(data, zeros[:len(data)]) {
			continue
		}
		sum := checksum(data)
		if err := s.send(&b, sum, data, full && !sent[sum]); err != nil {
			return b, err
		}
		sent[sum] = true
		b.Blocks = append(b.Blocks, Block{offset, sum})
		b.Size += int64(len(data))
	}
	b.CreatedAt = time.Now().UTC()
	text, err := json.Marshal(b)
	if err != nil {
		return b, err
	}
	return b, s.objects.Write(backupKey(b.Volume, b.Name), text)
}

func (s *Store) send(b *Backup, sum string, data []byte, again bool) error {
	key := blockKey(b.Volume, sum)
	exists, err := s.objects.Has(key)
	if err != nil || (exists && !again) {
		return err
	}
	if err := s.objects.Write(key, data); err != nil {
		return err
	}
	if exists {
		b.ReUploaded += int64(len(data))
	} else {
		b.NewlyUploaded += int64(len(data))
	}
	return nil
}

// Image is what a restore writes: a new file, which reads as zeros.
type Image interface {
	io.WriterAt
	Truncate(size int64) error
}

// Restore builds the image of a backup. A block that is missing or not what
// its checksum says fails it.
func (s *Store) Restore(volume, name string, image Image, progress Progress) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, err := s.Load(volume, name)
	if err != nil {
		return err
	}
	// To nothing first, so that what the file had does not show through.
	if err := errors.Join(image.Truncate(0), image.Truncate(b.ImageSize)); err != nil {
		return err
	}
	for _, block := range b.Blocks {
		if err := progress(percent(block.Offset, b.ImageSize)); err != nil {
			return err
		}
		data, err := s.objects.Read(blockKey(volume, block.Checksum))
		if err != nil {
			return err
		}
		if checksum(data) != block.Checksum {
			return fmt.Errorf("block %s of backup %s of volume %s is damaged", block.Checksum, name, volume)
		}
		if _, err := image.WriteAt(data, block.Offset); err != nil {
			return err
		}
	}
	return nil
}

func percent(done, total int64) int {
	return int(1 + 98*done/total)
}
