package parser

import (
	"strings"
	"testing"
)

func BenchmarkParseFile(b *testing.B) {
	b.SetBytes(int64(len(softmax)))
	for b.Loop() {
		if _, ds := ParseFile("", softmax); ds != nil {
			b.Fatal(ds)
		}
	}
}

func BenchmarkParseExpr(b *testing.B) {
	for _, text := range []struct{ name, text string }{
		{"nested", strings.Repeat("(", MaxNesting-1) + "x" + strings.Repeat(")", MaxNesting-1)},
		{"long", "x" + strings.Repeat(" + x", 100_000)},
	} {
		b.Run(text.name, func(b *testing.B) {
			b.SetBytes(int64(len(text.text)))
			for b.Loop() {
				if _, ds := ParseExpr("", text.text); ds != nil {
					b.Fatal(ds)
				}
			}
		})
	}
}
