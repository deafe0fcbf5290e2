package bigmath

import (
	"bufio"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
)

// ulps returns |got - want| in units of the last place of want at the given precision.
func ulps(got, want Num, prec uint) float64 {
	if got.nan || want.nan {
		if got.nan == want.nan {
			return 0
		}
		return 1e300
	}
	if got.Equal(want) {
		return 0
	}
	if !got.IsFinite() || !want.IsFinite() || want.f == nil {
		return 1e300
	}
	difference := new(big.Float).SetPrec(64).Sub(got.float(), want.f)
	if difference.Sign() == 0 {
		return 0
	}
	v, _ := scale(difference, int(prec)-exponent(want.f)).Float64()
	return max(v, -v)
}

// TestReference holds every function against mpmath at three precisions.
func TestReference(t *testing.T) {
	file, err := os.Open("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	contexts := []*Context{NewContext(64), NewContext(128), NewContext(300)}
	seen := map[string]bool{}
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		fields := strings.Fields(scanner.Text())
		name, value := fields[0], fields[len(fields)-1]
		seen[name] = true
		var args []Num
		for _, text := range fields[1 : len(fields)-1] {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			args = append(args, FromFloat64(v))
		}
		f, _, err := big.ParseFloat(value, 10, 340, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		want := wrap(f)
		for _, c := range contexts {
			got, ok := c.Call(name, args...)
			if !ok {
				t.Fatalf("no function %s of %d arguments", name, len(args))
			}
			if u := ulps(got, want, c.Prec); u > 1 {
				t.Errorf("%s%v at %d bits: got %v, want %v (%.3g ulp)", name, args, c.Prec, got, want, u)
			}
		}
	}
	for _, name := range []string{"floor", "ceil", "abs", "sign", "step", "max", "min", "clamp"} {
		seen[name] = true // exact; see TestExact
	}
	for _, f := range Functions() {
		if !seen[f.Name] {
			t.Errorf("%s has no reference values", f.Name)
		}
	}
}
