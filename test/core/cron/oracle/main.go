// Says when a CronJob starts, by the library of its controller: test/core/cron/golden.txt is what this prints. Write it anew with
//
//	cd test/core/cron/oracle && go run . > ../golden.txt
//
// With arguments it answers lines of `zone<TAB>from<TAB>schedule` on stdin instead, for a comparison of any others.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
)

// Days before which clocks do something, on which they do, or nothing at all. Zones that may still change their mind are
// looked at in the past. Samoa's day that never was is not among them: the library does not come back from there.
var nights = []struct{ zone, day string }{
	{"Etc/UTC", "2027-03-27"},
	{"Asia/Kolkata", "2027-03-27"},
	{"Europe/Vienna", "2027-03-27"},
	{"Europe/Vienna", "2027-10-30"},
	{"Europe/Athens", "2027-03-27"},
	{"Europe/Athens", "2027-10-30"},
	{"Europe/London", "2027-03-27"},
	{"Europe/London", "2027-10-30"},
	{"Atlantic/Azores", "2027-03-27"},
	{"America/New_York", "2027-03-13"},
	{"America/New_York", "2027-11-06"},
	{"America/Sao_Paulo", "2018-11-03"},
	{"America/Sao_Paulo", "2018-02-17"},
	{"America/Havana", "2023-03-11"},
	{"America/Asuncion", "2023-09-30"},
	{"America/Santiago", "2023-09-02"},
	{"America/St_Johns", "2010-03-13"},
	{"Africa/Cairo", "2024-04-25"},
	{"Africa/Casablanca", "2024-03-09"},
	{"Asia/Beirut", "2022-03-26"},
	{"Australia/Lord_Howe", "2027-10-02"},
	{"Australia/Lord_Howe", "2027-04-03"},
	{"Antarctica/Troll", "2027-03-27"},
}

var schedules = []string{
	"30 2 * * *",
	"0 4 * * *",
	"15 * * * *",
	"0 0 * * *",
	"30 0,1,3 * * *",
	"5/25 1-2 * * *",
	"15 0-3 1,28-31 * *",
	"0 2 * * sun",
	"10 0 1 * ?",
}

func main() {
	if len(os.Args) > 1 {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			parts := strings.SplitN(lines.Text(), "\t", 3)
			say(parts[0], parts[1], parts[2])
		}
		return
	}
	for _, night := range nights {
		for _, schedule := range schedules {
			say(night.zone, night.day+"T00:00:00Z", schedule)
		}
	}
}

// The first seven after a moment, as times of UTC.
func say(zone, from, schedule string) {
	fmt.Printf("%s\t%s\t%s\t", zone, from, schedule)
	spec, err := cron.ParseStandard("TZ=" + zone + " " + schedule)
	if err != nil {
		fmt.Println("no schedule")
		return
	}
	next, err := time.Parse(time.RFC3339, from)
	if err != nil {
		panic(err)
	}
	for count := 0; count < 7; count++ {
		next = spec.Next(next)
		if next.IsZero() {
			fmt.Print("none")
			break
		}
		fmt.Print(next.UTC().Format("2006-01-02T15:04Z "))
	}
	fmt.Println()
}
