// Package store keeps backups of disk images as blocks, laid out as Longhorn's
// backup store is: https://github.com/longhorn/backupstore
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrUnavailable is what every call answers while the target is away.
var ErrUnavailable = errors.New("the backup target is unavailable")

// ErrNotFound says that an object is not there while the target is.
var ErrNotFound = errors.New("not found")

// Objects is all that a store needs of its target. Keys are paths with slashes.
type Objects interface {
	Read(key string) ([]byte, error)
	// Write puts the whole object or nothing.
	Write(key string, data []byte) error
	// Remove is content with an object that is gone.
	Remove(key string) error
	Has(key string) (bool, error)
	// List tells the keys of all objects below a folder, sorted, and of what a
	// killed writer left, so that a sweep finds it.
	List(folder string) ([]string, error)
}

// Directory is a target that is a folder, such as a mounted NFS export. It is
// unavailable while the folder is missing: so tests take it away and back.
type Directory string

func (d Directory) check() error {
	info, err := os.Stat(string(d))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: %s is not a folder", ErrUnavailable, string(d))
	}
	return nil
}

func (d Directory) path(key string) string {
	return filepath.Join(string(d), filepath.FromSlash(key))
}

func (d Directory) Read(key string) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(d.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", key, ErrNotFound)
	}
	return data, err
}

func (d Directory) Write(key string, data []byte) error {
	// MkdirAll would make the folder of a target that was taken away.
	if err := d.check(); err != nil {
		return err
	}
	path := d.path(key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// A name of its own, since two backups may send the same block at once.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

func (d Directory) Remove(key string) error {
	if err := d.check(); err != nil {
		return err
	}
	path := d.path(key)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// Folders are no objects: those that this leaves empty go as well.
	for dir := filepath.Dir(path); dir != filepath.Clean(string(d)); dir = filepath.Dir(dir) {
		if os.Remove(dir) != nil {
			break
		}
	}
	return nil
}

func (d Directory) Has(key string) (bool, error) {
	if err := d.check(); err != nil {
		return false, err
	}
	_, err := os.Stat(d.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (d Directory) List(folder string) ([]string, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	var keys []string
	err := filepath.WalkDir(d.path(folder), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		key, err := filepath.Rel(string(d), path)
		keys = append(keys, filepath.ToSlash(key))
		return err
	})
	return keys, err
}
