package main

import (
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// faults are what the parameters of a snapshot class ask for, for tests:
//
//	readyDelay: 5s      snapshots are cut at once but ready this much later
//	error: MESSAGE      snapshots fail with MESSAGE, for ever
//	errorTimes: "2"     with error: only the first so many attempts of a snapshot fail
type faults struct {
	readyDelay time.Duration
	message    string
	times      int // -1: for ever
}

func parseFaults(parameters map[string]string) (faults, error) {
	f := faults{times: -1}
	var err error
	for key, value := range parameters {
		switch {
		case key == "readyDelay":
			if f.readyDelay, err = time.ParseDuration(value); err != nil || f.readyDelay < 0 {
				return f, invalid("snapshot class: readyDelay %q is not a duration such as 5s", value)
			}
		case key == "error":
			f.message = value
		case key == "errorTimes":
			if f.times, err = strconv.Atoi(value); err != nil || f.times < 0 {
				return f, invalid("snapshot class: errorTimes %q is not a number of attempts", value)
			}
		case !strings.HasPrefix(key, parametersPrefix):
			return f, invalid("snapshot class: there is no parameter %q, only readyDelay, error and errorTimes", key)
		}
	}
	if f.times >= 0 && f.message == "" {
		return f, invalid("snapshot class: errorTimes needs error")
	}
	return f, nil
}

// inject fails an attempt to make the (group) snapshot id, if it is to fail.
// Attempts are counted in memory: a driver that restarts counts anew.
func (p *pool) inject(f faults, id string) error {
	if f.message == "" || (f.times >= 0 && p.attempts[id] >= f.times) {
		return nil
	}
	p.attempts[id]++
	return status.Error(codes.Internal, f.message)
}
