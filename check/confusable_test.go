package check

import (
	"strings"
	"testing"
)

func TestConfusableNames(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"param x, а\nx + а", ""}, // a Cyrillic name that looks like no other
		{"param a, а\na + а", "the name а looks like a but is another: it has а U+0430"},
		{"param rate, rаte\nrate + rаte", "the name rаte looks like rate but is another: it has а U+0430"},
		{"param rаte\nrаte^2", "the name rаte mixes alphabets: it has а U+0430"},
		{"param x, ｘ\nx + ｘ", "the name ｘ looks like x but is another: it has ｘ U+FF58"},
		{"param 𝑥, x\nx + 𝑥", "the name x looks like 𝑥 but is another: it has x U+0078"},
		{"param е\nе^2", "the name е looks like e but is another: it has е U+0435"},
		{"param θ, theta_1\nθ + theta_1", ""},
		{"param ширина\nширина^2", ""},
	} {
		var got []string
		for _, d := range confusableNames(load(t, c.text)) {
			got = append(got, d.Message)
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%q:\n%s\nwant\n%s", c.text, text, c.want)
		}
	}
}
