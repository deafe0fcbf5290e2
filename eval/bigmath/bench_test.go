package bigmath

import (
	"fmt"
	"testing"
)

func BenchmarkFunctions(b *testing.B) {
	for _, prec := range []uint{128, 256} {
		c := NewContext(prec)
		x, y := c.Ratio(7, 10), c.Ratio(13, 3)
		for _, f := range Functions() {
			args := []Num{x, y, y}[:f.Arity]
			switch f.Name {
			case "acosh":
				args = []Num{y}
			case "polygamma":
				args = []Num{FromInt64(3), x}
			}
			b.Run(fmt.Sprintf("%s/%d", f.Name, prec), func(b *testing.B) {
				for b.Loop() {
					f.Eval(c, args...)
				}
			})
		}
	}
}
