// An independent verifier of our log: Go's checksum database code (golang.org/x/mod/sumdb), whose authors wrote C2SP's
// note and tile formats. Debian carries it (golang-golang-x-mod-dev), so nothing is fetched.
//
// In: JSON lines; out: one {"ok": bool, "error": text} each.
//
//	{"ask": "note", "note": base64, "vkey": text}                        the signature and the three lines
//	{"ask": "tiles", "folder": path, "vkey": text}                       every entry, through tiles, up to the root
//	{"ask": "record", "note", "vkey", "entry", "index", "path": [base64]} an inclusion proof
//	{"ask": "tree", "path", "old", "oldRoot", "new", "newRoot"}           a consistency proof
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Ask, Folder, Vkey string
	Note, Entry       []byte
	Index, Old, New   int64
	OldRoot, NewRoot  string
	Path              []string
}

func open(message []byte, vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tree, errors.New("too few lines")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func hashes(texts []string) (found []tlog.Hash, err error) {
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		found = append(found, hash)
	}
	return found, nil
}

// folder reads tiles of height 8 by C2SP's names, which have no height in them.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		data, err := f.read("tile/"+strings.TrimPrefix(tile.Path(), "tile/8/"), tile.W*tlog.HashSize)
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// read takes the full file where the partial one is gone, as C2SP allows.
func (f folder) read(path string, size int) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(f), path))
	if errors.Is(err, os.ErrNotExist) {
		path, _, _ = strings.Cut(path, ".p/")
		data, err = os.ReadFile(filepath.Join(string(f), path))
	}
	if err == nil && len(data) > size && size > 0 {
		data = data[:size]
	}
	return data, err
}

// entries walks all bundles.
func (f folder) entries(count int64, look func(int64, []byte) error) error {
	for at := int64(0); at < count; at += 256 {
		width := 256
		if count-at < 256 {
			width = int(count - at)
		}
		name := tlog.Tile{H: 8, L: 0, N: at / 256, W: width}.Path()
		data, err := f.read("tile/entries/"+strings.TrimPrefix(name, "tile/8/0/"), 0)
		if err != nil {
			return err
		}
		for i := int64(0); i < int64(width); i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return errors.New("half a bundle")
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			if err := look(at+i, data[2:end]); err != nil {
				return err
			}
			data = data[end:]
		}
	}
	return nil
}

func tiles(q question) error {
	f := folder(q.Folder)
	message, err := os.ReadFile(filepath.Join(q.Folder, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := open(message, q.Vkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, f)
	return f.entries(tree.N, func(index int64, entry []byte) error {
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		if err != nil {
			return err
		}
		if found[0] != tlog.RecordHash(entry) {
			return fmt.Errorf("entry %d is not in its tile", index)
		}
		return nil
	})
}

func record(q question) error {
	tree, err := open(q.Note, q.Vkey)
	if err != nil {
		return err
	}
	path, err := hashes(q.Path)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(path, tree.N, tree.Hash, q.Index, tlog.RecordHash(q.Entry))
}

func grown(q question) error {
	path, err := hashes(q.Path)
	if err != nil {
		return err
	}
	roots, err := hashes([]string{q.OldRoot, q.NewRoot})
	if err != nil {
		return err
	}
	return tlog.CheckTree(path, q.New, roots[1], q.Old, roots[0])
}

func judge(q question) (err error) {
	switch q.Ask {
	case "note":
		_, err = open(q.Note, q.Vkey)
	case "tiles":
		err = tiles(q)
	case "record":
		err = record(q)
	case "tree":
		err = grown(q)
	default:
		err = errors.New("what?")
	}
	return err
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return
		}
		var q question
		err = json.Unmarshal(line, &q)
		if err == nil {
			err = judge(q)
		}
		answer := map[string]any{"ok": err == nil, "error": fmt.Sprint(err)}
		text, _ := json.Marshal(answer)
		fmt.Println(string(text))
	}
}
