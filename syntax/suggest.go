package syntax

import "strings"

// Suggest returns the candidate that name was most likely meant to be, for "did you mean".
// A candidate is near if its Damerau-Levenshtein distance is small for the length of name.
// Letters that look alike count as one. Among the nearest, the alphabetically first wins, so the answer does not depend on the
// order of candidates.
func Suggest(name string, candidates []string) (string, bool) {
	looks := Appearance(name)
	runes := []rune(looks)
	if len(runes) > maxSuggest {
		return "", false
	}
	best, found := "", false
	bound := (len(runes) + 2) / 3
	lowest := bound + 1
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		other := []rune(Appearance(c))
		if n := len(other) - len(runes); n > bound || -n > bound {
			continue
		}
		d := distance(runes, other)
		if strings.EqualFold(Appearance(c), looks) {
			d = 0
		}
		// A name shares nothing with a candidate all of whose letters would change.
		if d > 0 && d >= max(len(runes), len(other)) {
			continue
		}
		if d < lowest || d == lowest && found && c < best {
			best, found, lowest = c, true, d
		}
	}
	return best, found
}

// maxSuggest is the length of the longest name that Suggest looks at.
const maxSuggest = 64

// distance returns the number of insertions, deletions, substitutions and swaps of
// neighbours that turn a into b (the optimal string alignment distance).
func distance(a, b []rune) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
