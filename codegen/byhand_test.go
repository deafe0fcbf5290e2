package codegen_test

import "math"

// The functions of this file are what a careful person would write by hand for the kernels of testdata/kernels.formula:
// exponents shifted by the largest entry, 0·log 0 = 0, every pass over memory along its rows.

// largest returns the largest entry, from which exponents are taken: 0 where it is infinite.
func largest(l []float64) float64 {
	top := math.Inf(-1)
	for _, v := range l {
		if v > top {
			top = v
		}
	}
	if math.IsInf(top, 0) {
		return 0
	}
	return top
}

func softmaxByHand(p, l []float64) {
	p = p[:len(l)]
	top, sum := largest(l), 0.0
	for i, v := range l {
		e := math.Exp(v - top)
		p[i] = e
		sum += e
	}
	scale := 1 / sum
	for i := range p {
		p[i] *= scale
	}
}

func softmaxCrossEntropyByHand(grad, l, y []float64) (loss float64) {
	n := len(l)
	if len(grad) != n || len(y) != n {
		panic("lengths differ")
	}
	top := largest(l)
	sum, dot, weight := 0.0, 0.0, 0.0
	for i, v := range l {
		u := v - top
		e := math.Exp(u)
		grad[i] = e
		sum += e
		weight += y[i]
		if y[i] != 0 {
			dot += y[i] * u
		}
	}
	scale := weight / sum
	for i := range grad {
		grad[i] = scale*grad[i] - y[i]
	}
	return weight*math.Log(sum) - dot
}

// softmaxCrossEntropyRowsByHand is the mean over the m rows.
func softmaxCrossEntropyRowsByHand(grad, z, y []float64, m, n int) (loss float64) {
	if len(grad) != m*n || len(z) != m*n || len(y) != m*n {
		panic("lengths differ")
	}
	mean := 1 / float64(m)
	for r := range m {
		to, l, of := grad[r*n:][:n], z[r*n:][:n], y[r*n:][:n]
		top := largest(l)
		sum, dot, weight := 0.0, 0.0, 0.0
		for i, v := range l {
			u := v - top
			e := math.Exp(u)
			to[i] = e
			sum += e
			weight += of[i]
			if of[i] != 0 {
				dot += of[i] * u
			}
		}
		loss += weight*math.Log(sum) - dot
		scale := mean * weight / sum
		for i, v := range of {
			to[i] = scale*to[i] - mean*v
		}
	}
	return loss * mean
}

// classCrossEntropyByHand is the mean over the rows, whose classes c count from 1.
func classCrossEntropyByHand(grad, z []float64, c []int, n int) (loss float64) {
	m := len(c)
	if len(grad) != m*n || len(z) != m*n {
		panic("lengths differ")
	}
	mean := 1 / float64(m)
	for r, class := range c {
		to, l := grad[r*n:][:n], z[r*n:][:n]
		top, sum := largest(l), 0.0
		for i, v := range l {
			e := math.Exp(v - top)
			to[i] = e
			sum += e
		}
		loss += math.Log(sum) + top - l[class-1]
		scale := mean / sum
		for i := range to {
			to[i] *= scale
		}
		to[class-1] -= mean
	}
	return loss * mean
}

// softmaxJacobianByHand has pᵢ·(δᵢⱼ - pⱼ) in row i and column j. It keeps the pⱼ in work.
func softmaxJacobianByHand(jac, l, work []float64) {
	n := len(l)
	if len(jac) != n*n || len(work) < n {
		panic("lengths differ")
	}
	p := work[:n]
	softmaxByHand(p, l)
	for i, v := range p {
		row := jac[i*n:][:n]
		for j, w := range p {
			row[j] = -v * w
		}
		row[i] += v
	}
}

// softmaxCrossEntropyHvpByHand is Σy·(pᵢ·vᵢ - pᵢ·Σ pⱼ·vⱼ).
func softmaxCrossEntropyHvpByHand(h, l, y, v []float64) {
	n := len(l)
	if len(h) != n || len(y) != n || len(v) != n {
		panic("lengths differ")
	}
	top := largest(l)
	sum, dot, weight := 0.0, 0.0, 0.0
	for i, x := range l {
		e := math.Exp(x - top)
		h[i] = e
		sum += e
		dot += e * v[i]
		weight += y[i]
	}
	mean, scale := dot/sum, weight/sum
	for i := range h {
		h[i] *= scale * (v[i] - mean)
	}
}

// gramByHand is AᵀA, row by row.
func gramByHand(g, a []float64, m, n int) {
	if len(g) != n*n || len(a) != m*n {
		panic("lengths differ")
	}
	clear(g)
	for r := range m {
		row := a[r*n:][:n]
		for i, v := range row {
			to := g[i*n:][:n]
			for j, w := range row {
				to[j] += v * w
			}
		}
	}
}

func matVecByHand(u, a, v []float64) {
	n := len(v)
	for i := range u {
		row := a[i*n:][:n]
		sum := 0.0
		for j, w := range v {
			sum += row[j] * w
		}
		u[i] = sum
	}
}

// matTransposeVecByHand is Aᵀt, row by row.
func matTransposeVecByHand(u, a, t []float64) {
	n := len(u)
	clear(u)
	for r, v := range t {
		row := a[r*n:][:n]
		for j, w := range row {
			u[j] += v * w
		}
	}
}

// leastSquaresByHand is |A·w - t|²/2 with its gradient by w.
func leastSquaresByHand(grad, a, t, w []float64) (loss float64) {
	n := len(w)
	if len(grad) != n || len(a) != len(t)*n {
		panic("lengths differ")
	}
	clear(grad)
	for r, want := range t {
		row := a[r*n:][:n]
		sum := -want
		for j, v := range row {
			sum += v * w[j]
		}
		loss += sum * sum
		for j, v := range row {
			grad[j] += sum * v
		}
	}
	return loss / 2
}

// logisticByHand is the mean negative log likelihood of the labels t under scores A·w + b, with its gradients.
func logisticByHand(grad, a, t, w []float64, b float64) (loss, gradB float64) {
	n := len(w)
	if len(grad) != n || len(a) != len(t)*n {
		panic("lengths differ")
	}
	clear(grad)
	mean := 1 / float64(len(t))
	for r, label := range t {
		row := a[r*n:][:n]
		z := b
		for j, v := range row {
			z += v * w[j]
		}
		e := math.Exp(-math.Abs(z))
		p := 1 / (1 + e)
		if z < 0 {
			p = e / (1 + e)
		}
		loss += max(z, 0) + math.Log1p(e) - label*z
		d := mean * (p - label)
		gradB += d
		for j, v := range row {
			grad[j] += d * v
		}
	}
	return loss * mean, gradB
}
